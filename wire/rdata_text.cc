#include "wire/rdata_text.h"

#include "wire/ip_address.h"
#include "wire/loc_text.h"
#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/svcb_text.h"
#include "wire/text_encoding.h"
#include "wire/text_escape.h"
#include "wire/text_number.h"
#include "wire/type_bitmap_text.h"

namespace godwit::wire {
namespace {

void append_strings(std::string& out, Bytes strings) {
  bool first = true;
  while (!strings.empty()) {
    if (!first) out += ' ';
    first = false;
    append_quoted(out, strings.subspan(1, strings[0]));
    strings = strings.subspan(std::size_t{1} + strings[0]);
  }
}

void append_characters(std::string& out, Bytes octets) {
  for (const std::uint8_t octet : octets) out += static_cast<char>(octet);
}

void append_number(std::string& out, Bytes octets) {
  std::uint32_t value = 0;
  for (const std::uint8_t octet : octets) value = value << 8 | octet;
  out += std::to_string(value);
}

// `octets` are the whole field and have its shape. False when text cannot express the value.
bool append_field(std::string& out, RdataField field, Bytes octets) {
  switch (field) {
    case RdataField::u8:
    case RdataField::u16:
    case RdataField::u32:
    case RdataField::ttl:
    case RdataField::algorithm:
    case RdataField::certificate_type:
      append_number(out, octets);
      return true;
    case RdataField::time:
      out += timestamp_to_text(load_u32(octets.data()));
      return true;
    case RdataField::type:
      out += to_text(static_cast<RrType>(load_u16(octets.data())));
      return true;
    case RdataField::ipv4:
      out += IpAddress::v4(octets.first<4>()).to_text();
      return true;
    case RdataField::ipv6:
      out += IpAddress::v6(octets.first<16>()).to_text();
      return true;
    case RdataField::name_compressible:
    case RdataField::name_expandable:
    case RdataField::name:
    case RdataField::name_exact_case:
      out += to_text(Name::from_valid_wire(octets));
      return true;
    case RdataField::string:
    case RdataField::strings:
      append_strings(out, octets);
      return true;
    case RdataField::base64_rest:
      append_base64(out, octets);
      return true;
    case RdataField::hex_rest:
      append_hex(out, octets);
      return true;
    case RdataField::salt:
      if (octets.size() == 1) {
        out += '-';
      } else {
        append_hex(out, octets.subspan(1));
      }
      return true;
    case RdataField::hash:
      append_base32hex(out, octets.subspan(1));
      return true;
    case RdataField::type_bitmap:
    case RdataField::type_bitmap_or_none:
      append_type_bitmap(out, octets);
      return true;
    case RdataField::svc_params:
      append_svc_params(out, octets);
      return true;
    case RdataField::caa_tag:
      append_characters(out, octets.subspan(1));
      return true;
    case RdataField::text_rest:
    case RdataField::text_rest_or_none:
      append_quoted(out, octets);
      return true;
    case RdataField::loc:
      return append_loc(out, octets);
  }
  return false;
}

std::string generic_rdata(Bytes rdata) {
  std::string text = "\\# " + std::to_string(rdata.size());
  if (!rdata.empty()) {
    text += ' ';
    append_hex(text, rdata);
  }
  return text;
}

void append_records(std::string& out, const RRset& set, RrType type, const RdataList& records) {
  const std::string prefix = to_text(set.owner()) + ' ' + std::to_string(set.ttl()) + ' ' +
                             to_text(set.rr_class()) + ' ' + to_text(type) + ' ';
  for (const Bytes rdata : records) {
    if (!out.empty()) out += '\n';
    out += prefix;
    out += rdata_to_text(type, rdata);
  }
}

}  // namespace

std::string rdata_to_text(RrType type, Bytes rdata) {
  if (!is_known_type(type) || !is_valid_rdata(type, rdata)) return generic_rdata(rdata);
  std::string text;
  Bytes rest = rdata;
  for (const RdataField field : rdata_layout(type)) {
    const std::size_t octets = field_octets(field, rest).value_or(0);
    std::string field_text;
    if (!append_field(field_text, field, rest.first(octets))) return generic_rdata(rdata);
    if (!text.empty() && !field_text.empty()) text += ' ';
    text += field_text;
    rest = rest.subspan(octets);
  }
  return text;
}

std::string to_text(const RRset& set) {
  std::string text;
  append_records(text, set, set.type(), set.records());
  append_records(text, set, RrType::rrsig, set.signatures());
  return text;
}

}  // namespace godwit::wire
