#include "daemon/ready_query.h"

#include "wire/codes.h"
#include "wire/edns.h"

namespace godwit::daemon {
namespace {

constexpr std::size_t question_fixed_octets = 4;
constexpr std::size_t shortest = wire::header_octets + 1 + question_fixed_octets;

// QR, opcode, TC and RD; AA is of no meaning in a query.
constexpr std::uint8_t judged_flags = 0xfb;
constexpr std::uint8_t recursion_desired = 0x01;
constexpr std::uint8_t checking_disabled_bit = 0x10;
constexpr std::uint8_t authentic_data_bit = 0x20;

// The octets of the name at the beginning, the root label included; 0: it has a pointer, is too
// long, or does not end.
std::size_t name_size(wire::Bytes octets) noexcept {
  for (std::size_t at = 0; at < octets.size() && at < wire::name_octets_max;) {
    const std::uint8_t length = octets[at];
    if (length == 0) return at + 1;
    if (length > wire::label_octets_max) return 0;
    at += 1u + length;
  }
  return 0;
}

bool read_cookie(wire::Bytes options, ReadyQuery& out) noexcept {
  if (options.empty()) return true;
  if (options.size() < wire::option_head_octets) return false;
  const auto code = wire::EdnsOption{wire::load_u16(options.data())};
  const wire::Bytes body = options.subspan(wire::option_head_octets);
  if (code != wire::EdnsOption::cookie || wire::load_u16(options.data() + 2) != body.size())
    return false;
  constexpr std::size_t least = wire::cookie_client_octets + wire::cookie_server_octets_min;
  constexpr std::size_t most = wire::cookie_client_octets + wire::cookie_server_octets_max;
  if (body.size() != wire::cookie_client_octets && (body.size() < least || body.size() > most))
    return false;
  out.cookie = body;
  return true;
}

// [root 0][type 41][payload size][extended rcode][version 0][DO, Z][length][options]
bool read_opt(wire::Bytes record, ReadyQuery& out) noexcept {
  if (record.size() < wire::opt_octets) return false;
  const std::uint8_t* const p = record.data();
  if (p[0] != 0 || wire::load_u16(p + 1) != static_cast<std::uint16_t>(wire::RrType::opt) ||
      p[6] != 0 || wire::load_u16(p + 9) != record.size() - wire::opt_octets)
    return false;
  out.has_edns = true;
  out.payload_octets = wire::load_u16(p + 3);
  out.dnssec_ok = (p[7] & 0x80) != 0;
  return read_cookie(record.subspan(wire::opt_octets), out);
}

}  // namespace

wire::Bytes ReadyQuery::name() const noexcept {
  return message.subspan(wire::header_octets, name_octets);
}

std::size_t ReadyQuery::question_end() const noexcept {
  return wire::header_octets + name_octets + question_fixed_octets;
}

void read_ready_query(wire::Bytes message, ReadyQuery& out) noexcept {
  out.may_be_ready = out.answered = out.has_edns = out.dnssec_ok = false;
  out.cookie = {};
  if (message.size() < shortest) return;
  const std::uint8_t* const p = message.data();
  const bool counts_are_usual =
      wire::load_u16(p + 4) == 1 && wire::load_u32(p + 6) == 0 && wire::load_u16(p + 10) <= 1;
  if ((p[2] & judged_flags) != recursion_desired || !counts_are_usual) return;
  const std::size_t name = name_size(message.subspan(wire::header_octets));
  const std::size_t end = wire::header_octets + name + question_fixed_octets;
  if (name == 0 || end > message.size()) return;
  const std::uint8_t* const tail = p + wire::header_octets + name;
  if (wire::load_u16(tail + 2) != static_cast<std::uint16_t>(wire::RrClass::in)) return;
  const wire::Bytes rest = message.subspan(end);
  if (p[11] == 0 ? !rest.empty() : !read_opt(rest, out)) return;
  out.message = message;
  out.name_octets = static_cast<std::uint16_t>(name);
  out.type = wire::load_u16(tail);
  out.checking_disabled = (p[3] & checking_disabled_bit) != 0;
  out.wants_security = (p[3] & authentic_data_bit) != 0;
  out.may_be_ready = true;
}

}  // namespace godwit::daemon
