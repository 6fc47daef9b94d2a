#include "wire/edns.h"

#include <algorithm>

namespace godwit::wire {

namespace {

constexpr std::size_t error_code_octets = 2;
constexpr std::uint16_t udp_payload_octets_min = 512;
constexpr std::uint32_t dnssec_ok_bit = 0x8000;

void read_cookie(Bytes body, Edns& edns) noexcept {
  const std::size_t server = body.size() - cookie_client_octets;
  if (body.size() < cookie_client_octets || server > cookie_server_octets_max ||
      (server != 0 && server < cookie_server_octets_min)) {
    edns.cookie_malformed = true;
    return;
  }
  Cookie& cookie = edns.cookie.emplace();
  std::copy_n(body.begin(), cookie_client_octets, cookie.client.begin());
  std::copy(body.begin() + cookie_client_octets, body.end(), cookie.server_octets.begin());
  cookie.server_size = static_cast<std::uint8_t>(server);
}

void read_keepalive(Bytes body, Edns& edns) noexcept {
  if (body.empty()) {
    edns.keepalive.emplace();
  } else if (body.size() == 2) {
    edns.keepalive.emplace(load_u16(body.data()));
  } else {
    edns.keepalive_malformed = true;
  }
}

void read_error(Bytes body, Edns& edns) noexcept {
  if (body.size() < error_code_octets || edns.error_count == edns_errors_max) return;
  const Bytes text = body.subspan(error_code_octets);
  edns.errors[edns.error_count++] = {
      EdeCode{load_u16(body.data())},
      {reinterpret_cast<const char*>(text.data()), text.size()},
  };
}

void read_option(EdnsOption code, Bytes body, Edns& edns) noexcept {
  switch (code) {
    case EdnsOption::cookie:
      if (!edns.cookie && !edns.cookie_malformed) read_cookie(body, edns);
      break;
    case EdnsOption::nsid:
      if (!edns.nsid) edns.nsid = body;
      break;
    case EdnsOption::padding:
      if (!edns.padding) edns.padding = static_cast<std::uint16_t>(body.size());
      break;
    case EdnsOption::keepalive:
      if (!edns.keepalive && !edns.keepalive_malformed) read_keepalive(body, edns);
      break;
    case EdnsOption::client_subnet:
      if (!edns.client_subnet) edns.client_subnet = body;
      break;
    case EdnsOption::extended_error:
      read_error(body, edns);
      break;
    default:
      break;
  }
}

// Begins an option of `size` octets when it fits beside what must stay free.
bool begin_option(ByteWriter& out, EdnsOption code, std::size_t size,
                  std::size_t keep_free = 0) noexcept {
  if (out.remaining() < option_head_octets + size + keep_free) return false;
  out.u16(static_cast<std::uint16_t>(code));
  out.u16(static_cast<std::uint16_t>(size));
  return true;
}

void write_cookie(ByteWriter& out, const Cookie& cookie) noexcept {
  if (!begin_option(out, EdnsOption::cookie, cookie_client_octets + cookie.server_size)) return;
  out.bytes(cookie.client);
  out.bytes(cookie.server());
}

void write_keepalive(ByteWriter& out, std::optional<std::uint16_t> timeout) noexcept {
  if (!begin_option(out, EdnsOption::keepalive, timeout ? 2 : 0)) return;
  if (timeout) out.u16(*timeout);
}

void write_errors(ByteWriter& out, std::span<const ExtendedErrorView> errors,
                  std::size_t keep_free) noexcept {
  constexpr std::size_t bare_octets = option_head_octets + error_code_octets;
  if (out.remaining() < keep_free) return;
  const std::size_t room = out.remaining() - keep_free;
  errors = errors.first(std::min({errors.size(), edns_errors_max, room / bare_octets}));
  std::size_t room_for_texts = room - errors.size() * bare_octets;
  for (const ExtendedErrorView& error : errors) {
    std::string_view text = error.text;
    if (text.size() > room_for_texts) text = {};
    room_for_texts -= text.size();
    begin_option(out, EdnsOption::extended_error, error_code_octets + text.size());
    out.u16(static_cast<std::uint16_t>(error.code));
    out.bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
}

void write_padding(ByteWriter& out, std::size_t block) noexcept {
  if (out.remaining() < option_head_octets) return;
  const std::size_t bare = out.position() + option_head_octets;
  const std::size_t missing = (block - bare % block) % block;
  const std::size_t size = std::min(missing, out.remaining() - option_head_octets);
  begin_option(out, EdnsOption::padding, size);
  out.zeros(size);
}

}  // namespace

Result<Edns> parse_edns(const RecordView& opt) noexcept {
  if (opt.owner.label_count() != 0) return WireError::bad_opt;
  Edns edns;
  edns.udp_payload_octets =
      std::max(static_cast<std::uint16_t>(opt.rr_class), udp_payload_octets_min);
  edns.extended_rcode = static_cast<std::uint8_t>(opt.ttl >> 24);
  edns.version = static_cast<std::uint8_t>(opt.ttl >> 16);
  edns.dnssec_ok = (opt.ttl & dnssec_ok_bit) != 0;
  ByteReader reader(opt.rdata);
  for (unsigned count = 0; !reader.at_end(); ++count) {
    const EdnsOption code{reader.u16()};
    const Bytes body = reader.bytes(reader.u16());
    if (!reader.ok()) return WireError::bad_opt;
    if (count == edns_options_max) return WireError::too_many_options;
    read_option(code, body, edns);
  }
  return edns;
}

Result<std::optional<Edns>> find_edns(const MessageView& message) noexcept {
  std::optional<Edns> found;
  RecordReader records = message.records();
  while (const auto record = records.next()) {
    if (record->type != RrType::opt) continue;
    if (found || record->section != Section::additional) return WireError::bad_opt;
    const auto edns = parse_edns(*record);
    if (!edns) return edns.error();
    found = *edns;
  }
  if (records.error()) return *records.error();
  return found;
}

std::size_t edns_octets(const EdnsToWrite& edns) noexcept {
  std::size_t octets = opt_octets;
  if (edns.cookie) octets += option_head_octets + cookie_client_octets + edns.cookie->server_size;
  if (edns.keepalive) octets += option_head_octets + (*edns.keepalive ? 2u : 0u);
  if (edns.nsid) octets += option_head_octets + edns.nsid->size();
  if (edns.padding_block_octets != 0) octets += option_head_octets;
  return octets;
}

bool write_edns(ByteWriter& message, const EdnsToWrite& edns, Rcode rcode) noexcept {
  if (message.remaining() < opt_octets) return false;
  message.u8(0);
  message.u16(static_cast<std::uint16_t>(RrType::opt));
  message.u16(edns.udp_payload_octets);
  const auto upper_rcode = static_cast<std::uint32_t>(rcode) >> 4;
  message.u32(upper_rcode << 24 | (edns.dnssec_ok ? dnssec_ok_bit : 0));
  const std::size_t length_at = message.position();
  message.u16(0);
  if (edns.cookie) write_cookie(message, *edns.cookie);
  if (edns.keepalive) write_keepalive(message, *edns.keepalive);
  const std::size_t padding_head = edns.padding_block_octets != 0 ? option_head_octets : 0;
  if (edns.nsid && begin_option(message, EdnsOption::nsid, edns.nsid->size(), padding_head))
    message.bytes(*edns.nsid);
  write_errors(message, edns.errors, padding_head);
  if (edns.padding_block_octets != 0) write_padding(message, edns.padding_block_octets);
  message.patch_u16(length_at, static_cast<std::uint16_t>(message.position() - length_at - 2));
  return true;
}

}  // namespace godwit::wire
