#include "COpenSSL.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

/* Forgets what libcrypto queued: nobody reads its error queue, and it belongs to the thread. */
static void forget_errors(void) { ERR_clear_error(); }

/*
 * Choosing the algorithm anew for each signature costs a fifth of a verification, so each key has a context that is
 * ready for it. These two are only ever copied: copying reads them, so many threads may do it at once.
 */
struct copenssl_key {
    EVP_PKEY *pkey;
    EVP_PKEY_CTX *verifying;
    EVP_PKEY_CTX *_Nullable signing; /* NULL for a public key */
};

static EVP_PKEY_CTX *ready(EVP_PKEY *pkey, int (*init)(EVP_PKEY_CTX *)) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(pkey, NULL);
    if (context != NULL && init(context) == 1 && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
        && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1) {
        return context;
    }
    EVP_PKEY_CTX_free(context);
    return NULL;
}

void copenssl_key_free(copenssl_key *key) {
    EVP_PKEY_CTX_free(key->verifying);
    EVP_PKEY_CTX_free(key->signing);
    EVP_PKEY_free(key->pkey);
    free(key);
}

/* Keeps a key when it is plain RSA (not RSA-PSS, not EC) and all of its DER was read; takes ownership of it. */
static copenssl_key *keep(EVP_PKEY *pkey, int all_read, int is_private) {
    copenssl_key *key = NULL;
    if (pkey != NULL && all_read && EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA) {
        key = calloc(1, sizeof *key);
    }
    if (key == NULL) {
        EVP_PKEY_free(pkey);
    } else {
        key->pkey = pkey;
        key->verifying = ready(pkey, EVP_PKEY_verify_init);
        key->signing = is_private ? ready(pkey, EVP_PKEY_sign_init) : NULL;
        if (key->verifying == NULL || (is_private && key->signing == NULL)) {
            copenssl_key_free(key);
            key = NULL;
        }
    }
    forget_errors();
    return key;
}

copenssl_key *copenssl_rsa_public_from_spki(const uint8_t *der, size_t count) {
    if (count > INT_MAX) return NULL;
    const uint8_t *cursor = der;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &cursor, (long)count);
    return keep(key, cursor == der + count, 0);
}

copenssl_key *copenssl_rsa_public_from_pkcs1(const uint8_t *der, size_t count) {
    if (count > INT_MAX) return NULL;
    const uint8_t *cursor = der;
    EVP_PKEY *key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &cursor, (long)count);
    return keep(key, cursor == der + count, 0);
}

copenssl_key *copenssl_rsa_private_from_pkcs8(const uint8_t *der, size_t count) {
    if (count > INT_MAX) return NULL;
    const uint8_t *cursor = der;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &cursor, (long)count);
    if (info == NULL) {
        forget_errors();
        return NULL;
    }
    EVP_PKEY *key = EVP_PKCS82PKEY(info);
    PKCS8_PRIV_KEY_INFO_free(info);
    return keep(key, cursor == der + count, 1);
}

copenssl_key *copenssl_rsa_private_from_pkcs1(const uint8_t *der, size_t count) {
    if (count > INT_MAX) return NULL;
    const uint8_t *cursor = der;
    EVP_PKEY *key = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &cursor, (long)count);
    return keep(key, cursor == der + count, 1);
}

copenssl_key *copenssl_rsa_generate(uint32_t bits) {
    return keep(EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits), 1, 1);
}

uint32_t copenssl_rsa_bits(const copenssl_key *key) {
    int bits = EVP_PKEY_get_bits(key->pkey);
    return bits > 0 ? (uint32_t)bits : 0;
}

uint64_t copenssl_rsa_exponent(const copenssl_key *key) {
    BIGNUM *number = NULL;
    uint64_t exponent = 0;
    if (EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_E, &number) == 1 && BN_num_bytes(number) <= 8) {
        uint8_t bytes[8];
        if (BN_bn2binpad(number, bytes, sizeof bytes) == sizeof bytes) {
            for (size_t i = 0; i < sizeof bytes; i++) exponent = exponent << 8 | bytes[i];
        }
    }
    BN_free(number);
    forget_errors();
    return exponent;
}

int copenssl_rsa_modulus_is_odd(const copenssl_key *key) {
    BIGNUM *number = NULL;
    int odd = EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_N, &number) == 1 && BN_is_odd(number);
    BN_free(number);
    forget_errors();
    return odd;
}

size_t copenssl_rsa_sign_sha256(
    const copenssl_key *key, const uint8_t *digest, size_t count, uint8_t *signature, size_t capacity) {
    if (key->signing == NULL) return 0;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_dup(key->signing);
    size_t written = capacity;
    int done = context != NULL && EVP_PKEY_sign(context, signature, &written, digest, count) == 1;
    EVP_PKEY_CTX_free(context);
    forget_errors();
    return done ? written : 0;
}

int copenssl_rsa_verify_sha256(
    const copenssl_key *key, const uint8_t *digest, size_t count, const uint8_t *signature, size_t signature_count) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_dup(key->verifying);
    int good = context != NULL && EVP_PKEY_verify(context, signature, signature_count, digest, count) == 1;
    EVP_PKEY_CTX_free(context);
    forget_errors();
    return good;
}

size_t copenssl_rsa_write_spki(const copenssl_key *key, uint8_t *der, size_t capacity) {
    int size = i2d_PUBKEY(key->pkey, NULL);
    size_t result = 0;
    if (size > 0 && (size_t)size <= capacity && i2d_PUBKEY(key->pkey, &der) == size) result = (size_t)size;
    forget_errors();
    return result;
}

size_t copenssl_rsa_write_pkcs8(const copenssl_key *key, uint8_t *der, size_t capacity) {
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key->pkey);
    size_t result = 0;
    if (info != NULL) {
        int size = i2d_PKCS8_PRIV_KEY_INFO(info, NULL);
        if (size > 0 && (size_t)size <= capacity && i2d_PKCS8_PRIV_KEY_INFO(info, &der) == size) {
            result = (size_t)size;
        }
        PKCS8_PRIV_KEY_INFO_free(info);
    }
    forget_errors();
    return result;
}
