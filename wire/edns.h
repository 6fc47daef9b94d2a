// The OPT pseudo-record and its options: read into plain values, written at the end of a message.
// RFC 6891; cookies RFC 7873, Extended DNS Errors RFC 8914, NSID RFC 5001, padding RFC 7830,
// keepalive RFC 7828.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "wire/message_view.h"

namespace godwit::wire {

// Of an OPT record without options: root owner, type, class, TTL, RDLENGTH.
inline constexpr std::size_t opt_octets = 11;
inline constexpr std::size_t option_head_octets = 4;  // code, length
inline constexpr unsigned edns_options_max = 32;
inline constexpr std::size_t cookie_client_octets = 8;
inline constexpr std::size_t cookie_server_octets_min = 8;
inline constexpr std::size_t cookie_server_octets_max = 32;
inline constexpr std::size_t edns_errors_max = 4;

// A COOKIE option: 8 octets of the client's, then none or 8 to 32 of the server's.
struct Cookie {
  std::array<std::uint8_t, cookie_client_octets> client{};
  std::array<std::uint8_t, cookie_server_octets_max> server_octets{};
  std::uint8_t server_size = 0;
  [[nodiscard]] Bytes server() const noexcept { return {server_octets.data(), server_size}; }
};

struct ExtendedErrorView {
  EdeCode code;
  std::string_view text;  // may hold any octet; not for a terminal as it is
};

// What an OPT record says. Views point into the message. Of a repeated option the first counts.
struct Edns {
  std::uint16_t udp_payload_octets = 512;  // never below 512 (RFC 6891 §6.2.3)
  std::uint8_t version = 0;
  std::uint8_t extended_rcode = 0;
  bool dnssec_ok = false;
  std::optional<Cookie> cookie;
  bool cookie_malformed = false;         // FORMERR for a client (RFC 7873 §5.2.2)
  std::optional<Bytes> nsid;             // empty in a query
  std::optional<std::uint16_t> padding;  // octets of it
  std::optional<std::optional<std::uint16_t>>
      keepalive;  // present; in units of 100 ms when it has a body
  bool keepalive_malformed = false;
  std::optional<Bytes> client_subnet;  // seen, never used (RFC 7871 is not offered)
  std::array<ExtendedErrorView, edns_errors_max> errors{};
  std::uint8_t error_count = 0;
};

// Reads an OPT record. Errors: bad_opt (owner not root, an option runs over the end),
// too_many_options.
[[nodiscard]] Result<Edns> parse_edns(const RecordView& opt) noexcept;

// All of a message at once: walks every record, finds the OPT. Errors: those of the records,
// bad_opt for a second OPT or one outside the additional section. Empty when there is none.
[[nodiscard]] Result<std::optional<Edns>> find_edns(const MessageView& message) noexcept;

// An OPT record to write. Views must live until it is written.
struct EdnsToWrite {
  std::uint16_t udp_payload_octets = 1232;
  bool dnssec_ok = false;
  std::optional<Cookie> cookie;
  std::optional<std::optional<std::uint16_t>> keepalive;
  std::optional<Bytes> nsid;
  std::span<const ExtendedErrorView> errors;  // edns_errors_max of them at most
  // Pad the whole message to a multiple of it, as far as its limit goes (RFC 8467 §4.1); 0: none.
  std::uint16_t padding_block_octets = 0;
};

// The octets that the record takes with cookie, keepalive, NSID and the head of a padding option.
// Extended errors are not among them: they never cost a message other data (RFC 8914 §3).
[[nodiscard]] std::size_t edns_octets(const EdnsToWrite& edns) noexcept;

// Writes the record at the end of a message that begins at the writer's position 0 and may fill
// its buffer; adding to ARCOUNT is the caller's. What does not fit is left out: texts of extended
// errors first, the last first; then the errors; then other options. False, and nothing is written,
// when not even an empty record fits.
bool write_edns(ByteWriter& message, const EdnsToWrite& edns, Rcode rcode) noexcept;

}  // namespace godwit::wire
