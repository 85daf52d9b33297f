# Tests of cmd/.
