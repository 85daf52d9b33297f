# The files of doc/.
dist_doc_DATA += doc/forms.md
