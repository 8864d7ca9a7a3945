#!/usr/bin/env python
'''Doc.'''
from __future__ import annotations

import sys
import functools

import numpy
functools.reduce(max, numpy)
