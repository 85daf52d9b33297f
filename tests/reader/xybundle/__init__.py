# SPDX-License-Identifier: GPL-3.0-or-later
"""A second reader of bundles, written from doc/bundle.md alone; it shares no code with the program."""
