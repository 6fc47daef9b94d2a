// Owners of OpenSSL's objects. For the files of this folder alone.
#pragma once

#include <openssl/bn.h>
#include <openssl/evp.h>

#include <memory>

namespace godwit::dnssec {

template <auto free>
struct OpensslFree {
  template <typename T>
  void operator()(T* object) const noexcept {
    free(object);
  }
};
template <typename T, auto free>
using OpensslHandle = std::unique_ptr<T, OpensslFree<free>>;

using EvpKeyHandle = OpensslHandle<EVP_PKEY, EVP_PKEY_free>;
using EvpKeyContextHandle = OpensslHandle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestHandle = OpensslHandle<EVP_MD, EVP_MD_free>;
using DigestContextHandle = OpensslHandle<EVP_MD_CTX, EVP_MD_CTX_free>;
using BignumHandle = OpensslHandle<BIGNUM, BN_free>;
using BignumContextHandle = OpensslHandle<BN_CTX, BN_CTX_free>;
using MontgomeryHandle = OpensslHandle<BN_MONT_CTX, BN_MONT_CTX_free>;

}  // namespace godwit::dnssec
