# Tests of care/.
