#ifndef STAFFROOM_COPENSSL_H
#define STAFFROOM_COPENSSL_H

/*
 * Typed functions over libcrypto (OpenSSL 3, Debian package libssl-dev) for RSA keys, and no policy: which sizes and
 * exponents are good enough is decided in Swift.
 *
 * Every function may be called from any thread, with one key on several threads at once: a key is never changed after
 * it was made, and libcrypto guards its own caches. Functions that make a key return NULL when the input is not what
 * they say; the caller frees what it got.
 */

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/* An RSA key, public or private, with what makes its use fast. */
typedef struct copenssl_key copenssl_key;

/* Reads a DER SubjectPublicKeyInfo (RFC 5280) that holds an RSA key and nothing after it. */
copenssl_key *_Nullable copenssl_rsa_public_from_spki(const uint8_t *der, size_t count);

/* Reads a DER RSAPublicKey (PKCS#1, RFC 8017 A.1.1) with nothing after it. */
copenssl_key *_Nullable copenssl_rsa_public_from_pkcs1(const uint8_t *der, size_t count);

/* Reads a DER PrivateKeyInfo (PKCS#8, RFC 5208) that holds an RSA key and nothing after it. */
copenssl_key *_Nullable copenssl_rsa_private_from_pkcs8(const uint8_t *der, size_t count);

/* Reads a DER RSAPrivateKey (PKCS#1, RFC 8017 A.1.2) with nothing after it. */
copenssl_key *_Nullable copenssl_rsa_private_from_pkcs1(const uint8_t *der, size_t count);

/* Makes a key pair with the exponent 65537. */
copenssl_key *_Nullable copenssl_rsa_generate(uint32_t bits);

/* Frees a key; nobody may be using it. */
void copenssl_key_free(copenssl_key *key);

/* The bits of the modulus; 0 when they cannot be had. */
uint32_t copenssl_rsa_bits(const copenssl_key *key);

/* The public exponent; 0 when it cannot be had or does not fit 64 bits. */
uint64_t copenssl_rsa_exponent(const copenssl_key *key);

/* 1 when the modulus is odd, else 0. */
int copenssl_rsa_modulus_is_odd(const copenssl_key *key);

/*
 * Signs a SHA-256 digest (32 bytes): RSASSA-PKCS1-v1_5 (RFC 8017 8.2). Writes at most `capacity` bytes and returns how
 * many, 0 when it failed: no private key, or `capacity` is smaller than the modulus.
 */
size_t copenssl_rsa_sign_sha256(
    const copenssl_key *key, const uint8_t *digest, size_t count, uint8_t *signature, size_t capacity);

/* Verifies such a signature of a SHA-256 digest: 1 when it is good, else 0. */
int copenssl_rsa_verify_sha256(
    const copenssl_key *key, const uint8_t *digest, size_t count, const uint8_t *signature, size_t signature_count);

/* Writes the public half as DER SubjectPublicKeyInfo; returns its size, 0 when it failed or `capacity` is too small. */
size_t copenssl_rsa_write_spki(const copenssl_key *key, uint8_t *der, size_t capacity);

/* Writes the private key as unencrypted DER PKCS#8; returns as above. */
size_t copenssl_rsa_write_pkcs8(const copenssl_key *key, uint8_t *der, size_t capacity);

#pragma clang assume_nonnull end

#endif
