#!/usr/bin/env python
"""Doc."""

from __future__ import annotations

import numpy

slow(numpy)
