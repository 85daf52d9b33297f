# The files of po/.
