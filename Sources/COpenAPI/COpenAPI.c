#include "COpenAPI.h"

// The compiler copies the file as it is; as a literal of Swift it would take many times as long to compile.
// Spec: C23, section 6.10.4.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char description[] = {
#embed "../../Docs/openapi.yaml"
};

const unsigned char *staffroom_openapi_bytes(void) { return description; }

size_t staffroom_openapi_count(void) { return sizeof description; }
