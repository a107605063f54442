// Typed functions over libcurl's variadic ones, which Swift cannot call. No policy lives here.
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

/// Sets an option that takes a number.
CURLcode ccurl_set_long(CURL *_Nonnull easy, CURLoption option, long value);

/// Sets an option that takes a size or an offset.
CURLcode ccurl_set_offset(CURL *_Nonnull easy, CURLoption option, curl_off_t value);

/// Sets an option that takes a text, which libcurl copies; NULL unsets it.
CURLcode ccurl_set_text(CURL *_Nonnull easy, CURLoption option, const char *_Nullable value);

/// Sets the request's own header fields; the list must outlive the transfer.
CURLcode ccurl_set_fields(CURL *_Nonnull easy, struct curl_slist *_Nullable fields);

/// Sets where error texts go: CURL_ERROR_SIZE bytes that outlive the handle.
CURLcode ccurl_set_error_buffer(CURL *_Nonnull easy, char *_Nonnull buffer);

/// The functions that a transfer calls back, each with the owner as its last argument or client pointer.
typedef struct {
    curl_write_callback _Nonnull write;
    curl_write_callback _Nonnull header;
    curl_read_callback _Nonnull read;
    curl_seek_callback _Nonnull seek;
    curl_opensocket_callback _Nonnull open_socket;
    curl_prereq_callback _Nonnull before_request;
} ccurl_callbacks;

/// Sets all callbacks; the first error, or CURLE_OK.
CURLcode ccurl_set_callbacks(CURL *_Nonnull easy, ccurl_callbacks callbacks);

/// Sets what every callback and `ccurl_owner` get; NULL unsets it.
CURLcode ccurl_set_owner(CURL *_Nonnull easy, void *_Nullable owner);

/// What `ccurl_set_owner` set.
void *_Nullable ccurl_owner(CURL *_Nonnull easy);

/// The status code of the last response; 0 when there was none.
long ccurl_status(CURL *_Nonnull easy);

/// The address that the transfer is or was connected to, as text; owned by the handle.
const char *_Nullable ccurl_primary_ip(CURL *_Nonnull easy);

/// The number of connections that the last transfer had to open.
long ccurl_connects(CURL *_Nonnull easy);

/// Sets an option of a multi handle that takes a number.
CURLMcode ccurl_multi_set_long(CURLM *_Nonnull multi, CURLMoption option, long value);

/// The binary socket address, `address->addrlen` bytes of it.
const void *_Nonnull ccurl_address_bytes(const struct curl_sockaddr *_Nonnull address);

/// The path of the certificate bundle that libcurl was built to use; NULL when there is none.
const char *_Nullable ccurl_default_ca_file(void);

/// Opens a nameless file in memory that is closed on exec; -1 when there is none to be had.
int ccurl_memory_file(const char *_Nonnull name);

#endif
