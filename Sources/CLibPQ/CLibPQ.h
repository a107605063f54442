/// PostgreSQL's own client library, as Debian's libpq-dev has it.
#pragma once
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif
