/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deflate with absolute caps (raw streams, RFC 1951). The only place that includes zlib. */
#ifndef LIB_DEFLATE_H
#define LIB_DEFLATE_H

#include "lib/buf.h"
#include "lib/error.h"

enum deflate_kind { DEFLATE_DEFAULT, DEFLATE_FAST, DEFLATE_RUNS /* finds runs of a byte only */ };

/* Append the compressed bytes of in to out. dict (may be empty) is a preset dictionary of at most
 * 32 KiB that the reader must have too. ERR_NOMEM. */
int deflate_bytes(struct buf *out, struct span in, struct span dict, enum deflate_kind kind,
                  struct error *err);

/* Append the inflated bytes to out. The cap is tested inside the loop on what comes out:
 * ERR_LIMIT beyond cap_bytes, ERR_CORRUPT for a broken stream or bytes after its end, ERR_TRUNCATED. */
int inflate_bytes(struct buf *out, struct span in, struct span dict, size_t cap_bytes,
                  struct error *err);

/* gzip a file to path_gz (level 1, fsynced) and back, capped at cap_bytes. */
int gzip_file(const char *path, const char *path_gz, struct error *err);
int gunzip_file(const char *path_gz, const char *path, size_t cap_bytes, struct error *err);

#endif
