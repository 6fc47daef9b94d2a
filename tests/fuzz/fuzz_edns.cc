// Any octets as the RDATA of an OPT record: no fault, and what was read, written again into any
// room, is a well-formed record that says the same as far as it fits.
#include "tests/fuzz/fuzz.h"
#include "wire/edns.h"

namespace {

using namespace godwit::wire;
using godwit::fuzz::require;

std::optional<Edns> read(Bytes message) {
  const auto view = MessageView::parse(message);
  require(view.has_value());
  const auto edns = find_edns(*view);
  return edns ? *edns : std::nullopt;
}

std::vector<std::uint8_t> message_with(Bytes options) {
  std::vector<std::uint8_t> message(header_octets + 11 + options.size());
  ByteWriter out(message);
  out.zeros(10);
  out.u16(1);
  out.u8(0);
  out.u16(static_cast<std::uint16_t>(RrType::opt));
  out.u16(1232);
  out.u32(0x01008000);
  out.u16(static_cast<std::uint16_t>(options.size()));
  out.bytes(options);
  return message;
}

void check_written(const EdnsToWrite& edns, std::size_t room) {
  std::vector<std::uint8_t> message(header_octets + room);
  message[11] = 1;
  ByteWriter out(message, header_octets);
  const bool written = write_edns(out, edns, Rcode::badvers);
  require(out.ok() && written == (room >= 11));
  if (!written) return;
  const auto again = read(out.written());
  require(again && again->extended_rcode == 1 && again->dnssec_ok == edns.dnssec_ok);
  require(again->error_count <= edns.errors.size());
  for (unsigned i = 0; i < again->error_count; ++i) {
    require(again->errors[i].code == edns.errors[i].code);
    require(again->errors[i].text.empty() || again->errors[i].text == edns.errors[i].text);
  }
  if (room < edns_octets(edns)) return;
  require(again->cookie.has_value() == edns.cookie.has_value());
  require(!edns.cookie || (std::ranges::equal(again->cookie->client, edns.cookie->client) &&
                           std::ranges::equal(again->cookie->server(), edns.cookie->server())));
  require(again->nsid.has_value() == edns.nsid.has_value());
  require(!edns.nsid || std::ranges::equal(*again->nsid, *edns.nsid));
  require(again->keepalive == edns.keepalive);
  const std::size_t block = edns.padding_block_octets;
  require(again->padding.has_value() == (block != 0));
  require(block == 0 || out.written().size() % block == 0 || out.remaining() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  godwit::fuzz::Choices choices({data, size});
  const std::size_t room = choices.u16() % 2048u;
  const std::uint8_t block = choices.u8();
  const Bytes options = choices.rest();
  if (options.size() > 65000) return 0;
  const auto message = message_with(options);
  const auto edns = read(message);
  if (!edns) return 0;
  require(edns->dnssec_ok && edns->extended_rcode == 1 && edns->version == 0);
  EdnsToWrite write;
  write.dnssec_ok = true;
  write.cookie = edns->cookie;
  write.keepalive = edns->keepalive;
  write.nsid = edns->nsid;
  write.errors = {edns->errors.data(), edns->error_count};
  write.padding_block_octets = block;
  check_written(write, room);
  return 0;
}
