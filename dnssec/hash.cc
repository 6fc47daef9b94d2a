#include "dnssec/hash.h"

#include "dnssec/openssl_handles.h"

namespace godwit::dnssec {
namespace {

// Fetched once: OpenSSL 3 otherwise searches its providers at each use.
const EVP_MD* fetched(Hash kind) noexcept {
  static const std::array<DigestHandle, 4> digests{
      DigestHandle(EVP_MD_fetch(nullptr, "SHA1", nullptr)),
      DigestHandle(EVP_MD_fetch(nullptr, "SHA2-256", nullptr)),
      DigestHandle(EVP_MD_fetch(nullptr, "SHA2-384", nullptr)),
      DigestHandle(EVP_MD_fetch(nullptr, "SHA2-512", nullptr))};
  return digests[static_cast<std::size_t>(kind)].get();
}

}  // namespace

HashValue hash_of(Hash kind, wire::Bytes data, wire::Bytes more) noexcept {
  thread_local const DigestContextHandle context(EVP_MD_CTX_new());
  const EVP_MD* digest = fetched(kind);
  HashValue value;
  unsigned size = 0;
  const bool done = context && digest && EVP_DigestInit_ex2(context.get(), digest, nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1 &&
                    EVP_DigestUpdate(context.get(), more.data(), more.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), value.octets.data(), &size) == 1;
  if (done) value.size = size;
  return value;
}

}  // namespace godwit::dnssec
