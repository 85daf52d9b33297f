# Tests of lib/.
