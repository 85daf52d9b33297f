# Tests of tui/.
