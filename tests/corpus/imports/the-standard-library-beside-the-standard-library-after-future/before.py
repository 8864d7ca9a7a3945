#!/usr/bin/env python
'''Doc.'''
from __future__ import annotations

import sys

import numpy
slow(numpy)
