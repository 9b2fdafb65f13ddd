// zlib for Swift. Only what Swift cannot say for itself.
#ifndef WARREN_CZLIB_SHIM_H
#define WARREN_CZLIB_SHIM_H

#include <zlib.h>

// A macro in zlib's header. 15: the largest window; 16 more: gzip (RFC 1952) and nothing else.
static inline int czlib_gzip_inflate_init(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

#endif
