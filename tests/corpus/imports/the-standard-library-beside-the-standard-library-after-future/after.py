#!/usr/bin/env python
"""Doc."""

from __future__ import annotations

import functools

import numpy

functools.reduce(max, numpy)
