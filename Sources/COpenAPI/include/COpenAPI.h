#ifndef STAFFROOM_COPENAPI_H
#define STAFFROOM_COPENAPI_H

#include <stddef.h>

/// The bytes of Docs/openapi.yaml as it was when this was compiled; they live as long as the process.
const unsigned char *staffroom_openapi_bytes(void);

/// How many bytes that are.
size_t staffroom_openapi_count(void);

#endif
