# Tests of form/.
