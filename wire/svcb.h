// The service parameters of SVCB and HTTPS records: their keys, a reader over them, and the rules
// that their wire form must keep. Text is in svcb_text.h. RFC 9460, RFC 9461 (dohpath), RFC 9540
// (ohttp).
#pragma once

#include <optional>

#include "wire/byte_io.h"

namespace godwit::wire {

enum class SvcKey : std::uint16_t {
  mandatory = 0,
  alpn = 1,
  no_default_alpn = 2,
  port = 3,
  ipv4hint = 4,
  ech = 5,
  ipv6hint = 6,
  dohpath = 7,
  ohttp = 8,
};

struct SvcParam {
  SvcKey key;
  Bytes value;
};

// Walks parameters in wire order; nothing at the end and from the first that runs over it.
class SvcParamReader {
 public:
  explicit SvcParamReader(Bytes params) noexcept : reader_(params) {}
  [[nodiscard]] std::optional<SvcParam> next() noexcept;
  [[nodiscard]] bool ok() const noexcept { return reader_.ok(); }

 private:
  ByteReader reader_;
};

// Whether `params` is well formed: keys strictly ascending, every known key's value of its shape,
// and each key that `mandatory` lists present. The same in AliasMode, where the parameters mean
// nothing. RFC 9460 §2.2, §7, §8.
[[nodiscard]] bool is_valid_svc_params(Bytes params) noexcept;

}  // namespace godwit::wire
