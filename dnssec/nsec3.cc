#include "dnssec/nsec3.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

namespace godwit::dnssec {

using wire::Bytes;

namespace {

constexpr std::uint8_t hash_algorithm_sha1 = 1;  // RFC 5155 §11
constexpr std::uint8_t flag_opt_out = 1;
constexpr std::size_t hash_label_octets = 32;  // 20 octets in base32
constexpr std::size_t salt_octets_max = 255;

// SHA-1 pads to whole blocks with one octet and the length.
constexpr std::uint64_t blocks_of(std::size_t octets) noexcept {
  constexpr std::size_t block = 64, padding = 9;
  return (octets + padding + block - 1) / block;
}

// A digit of base32 with the extended hex alphabet (RFC 4648 §7); 32 for any other octet.
std::uint8_t base32_digit(std::uint8_t c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  c = wire::ascii_lower(c);
  return c >= 'a' && c <= 'v' ? static_cast<std::uint8_t>(c - 'a' + 10) : std::uint8_t{32};
}

std::optional<Nsec3Hash> decode_label(Bytes label) noexcept {
  if (label.size() != hash_label_octets) return std::nullopt;
  Nsec3Hash hash{};
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  std::size_t at = 0;
  for (const std::uint8_t c : label) {
    const std::uint8_t digit = base32_digit(c);
    if (digit > 31) return std::nullopt;
    bits = bits << 5 | digit;
    bit_count += 5;
    if (bit_count < 8) continue;
    bit_count -= 8;
    hash[at++] = static_cast<std::uint8_t>(bits >> bit_count);
  }
  return hash;
}

// One SHA-1 context a thread: making one costs more than a hash.
class Sha1 {
 public:
  Sha1() : algorithm_(EVP_MD_fetch(nullptr, "SHA1", nullptr)), context_(EVP_MD_CTX_new()) {}
  [[nodiscard]] bool hash(Bytes octets, Nsec3Hash& out) noexcept {
    return algorithm_ && context_ &&
           EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1 &&
           EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) == 1 &&
           EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1;
  }

 private:
  struct Free {
    void operator()(EVP_MD* algorithm) const noexcept { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, Free> algorithm_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace

std::uint64_t Nsec3Parameters::blocks(std::size_t name_octets) const noexcept {
  return blocks_of(name_octets + salt.size()) +
         iterations * blocks_of(std::tuple_size_v<Nsec3Hash> + salt.size());
}

bool Nsec3Parameters::operator==(const Nsec3Parameters& other) const noexcept {
  return iterations == other.iterations && std::ranges::equal(salt, other.salt);
}

bool Nsec3View::covers(const Nsec3Hash& hash) const noexcept {
  // The last of the zone reaches over the end to the first; the only one from itself to itself.
  if (owner < next) return owner < hash && hash < next;
  return owner < hash || hash < next;
}

std::optional<Nsec3View> read_nsec3(const wire::RRset& set) noexcept {
  if (set.type() != wire::RrType::nsec3 || set.size() != 1 || is_wildcard_expansion(set))
    return std::nullopt;
  const wire::Name owner = set.owner();
  const auto hash = decode_label(owner.label(0));
  if (!hash) return std::nullopt;
  wire::ByteReader reader(set.records().front());
  const std::uint8_t algorithm = reader.u8();
  const std::uint8_t flags = reader.u8();
  Nsec3View view;
  view.parameters.iterations = reader.u16();
  view.parameters.salt = reader.bytes(reader.u8());
  const Bytes next = reader.bytes(reader.u8());
  if (!reader.ok() || algorithm != hash_algorithm_sha1 || (flags & ~flag_opt_out) != 0 ||
      next.size() != view.next.size())
    return std::nullopt;
  view.owner = *hash;
  std::ranges::copy(next, view.next.begin());
  view.zone = owner.parent();
  view.opt_out = (flags & flag_opt_out) != 0;
  view.types = TypeBitmap(reader.rest());
  return view;
}

std::optional<Nsec3Hash> nsec3_hash(const wire::Name& name, const Nsec3Parameters& parameters,
                                    ValidationBudget& budget) {
  if (!budget.spend_hash_blocks(parameters.blocks(name.size()))) return std::nullopt;
  thread_local Sha1 sha1;
  std::array<std::uint8_t, wire::name_octets_max + salt_octets_max> room;
  const Bytes salt = parameters.salt.first(std::min(parameters.salt.size(), salt_octets_max));
  wire::copy_lower(name.wire(), room.data());
  std::ranges::copy(salt, room.data() + name.size());
  Nsec3Hash hash;
  if (!sha1.hash(Bytes(room.data(), name.size() + salt.size()), hash)) return std::nullopt;
  std::ranges::copy(salt, room.data() + hash.size());
  for (unsigned i = 0; i < parameters.iterations; ++i) {
    std::ranges::copy(hash, room.data());
    if (!sha1.hash(Bytes(room.data(), hash.size() + salt.size()), hash)) return std::nullopt;
  }
  return hash;
}

}  // namespace godwit::dnssec
