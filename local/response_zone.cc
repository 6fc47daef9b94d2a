#include "local/response_zone.h"

#include <algorithm>
#include <string>

#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/text_number.h"

namespace godwit::local {

using wire::Name;
using wire::RrType;

namespace {

std::string_view text_of(wire::Bytes label) noexcept {
  return {reinterpret_cast<const char*>(label.data()), label.size()};
}

bool is_label(wire::Bytes label, std::string_view text) noexcept {
  return wire::equal_text_ignoring_case(text_of(label), text);
}

// The labels of `name` but for the `cut` rightmost, as a name.
Name without_suffix(const Name& name, unsigned cut) {
  const std::size_t octets = name.size() - name.suffix_wire(cut).size();
  std::vector<std::uint8_t> wire(name.wire().begin(), name.wire().begin() + std::ptrdiff_t(octets));
  wire.push_back(0);
  return Name::from_valid_wire(wire);
}

// "LENGTH.B4.B3.B2.B1", or "LENGTH.W8...W1" in hexadecimal, where one "zz" stands for words of
// zero.
std::optional<wire::IpPrefix> read_prefix(const Name& relative) {
  const unsigned labels = relative.label_count();
  if (labels < 3) return std::nullopt;
  const auto length = wire::parse_number(text_of(relative.label(0)), 128);
  if (!length || *length == 0) return std::nullopt;
  bool is_v6 = labels != 5;
  for (unsigned i = 1; i < labels; ++i) is_v6 = is_v6 || is_label(relative.label(i), "zz");
  std::string text;
  for (unsigned i = labels - 1; i >= 1; --i) {
    const bool is_gap = is_label(relative.label(i), "zz");
    if (is_gap && !text.ends_with(':')) text += ':';
    text += is_gap ? std::string_view() : text_of(relative.label(i));
    if (i > 1 || is_gap) text += is_v6 ? ':' : '.';
  }
  if (text.starts_with(':') && !text.starts_with("::")) text.insert(0, 1, ':');
  const auto prefix = wire::IpPrefix::parse(text + "/" + std::to_string(*length));
  // Bits behind the length are a mistake: somebody meant another network.
  const auto address = wire::IpAddress::parse(text);
  if (!prefix || prefix->address != address || address->is_v6() != is_v6) return std::nullopt;
  return prefix;
}

const Name& star() {
  static const Name name = wire::parse_name("*.").value();
  return name;
}

}  // namespace

Trigger read_trigger(const Name& owner, const Name& apex) {
  Trigger out;
  if (!owner.is_below(apex)) {
    out.why = "is not in the policy zone";
    return out;
  }
  const Name relative = without_suffix(owner, apex.label_count());
  const wire::Bytes last = relative.label(relative.label_count() - 1);
  const bool is_client = is_label(last, "rpz-client-ip");
  if (is_client || is_label(last, "rpz-ip")) {
    const auto prefix = read_prefix(without_suffix(relative, 1));
    if (!prefix) {
      out.why = "has an address trigger that cannot be read";
      return out;
    }
    out.kind = is_client ? TriggerKind::client : TriggerKind::answer;
    out.prefix = *prefix;
    return out;
  }
  if (is_label(last, "rpz-nsdname") || is_label(last, "rpz-nsip")) {
    out.why = "is triggered by name servers, which is not offered";
    return out;
  }
  const bool is_below = relative.label(0).size() == 1 && relative.label(0)[0] == '*';
  out.kind = is_below ? TriggerKind::below : TriggerKind::name;
  out.name = is_below ? relative.parent() : relative;
  return out;
}

RecordAction read_action(const wire::RecordText& record, const Name& apex) {
  RecordAction out;
  if (record.type != RrType::cname) {
    const bool is_odd =
        wire::is_meta(record.type) || record.type == RrType::dname || record.type == RrType::ns ||
        record.type == RrType::soa || record.type == RrType::rrsig || record.type == RrType::nsec ||
        record.type == RrType::nsec3 || record.type == RrType::dnskey || record.type == RrType::ds;
    if (is_odd) out.why = "has a type that no answer is made of";
    out.is_data = !is_odd;
    return out;
  }
  const auto target = wire::target_name(RrType::cname, record.rdata);
  if (!target) {
    out.why = "has a CNAME that cannot be read";
    return out;
  }
  const wire::Bytes first = target->label(0);
  const bool is_short = target->label_count() == 1;
  const Name trigger = without_suffix(record.owner, apex.label_count());
  if (target->is_root()) {
    out.kind = ActionKind::name_error;
  } else if (*target == star()) {
    out.kind = ActionKind::nodata;
  } else if (*target == trigger || (is_short && is_label(first, "rpz-passthru"))) {
    out.kind = ActionKind::pass;
  } else if (is_short && is_label(first, "rpz-drop")) {
    out.kind = ActionKind::drop;
  } else if (is_short && is_label(first, "rpz-tcp-only")) {
    out.kind = ActionKind::truncate;
  } else if (is_short && text_of(first).starts_with("rpz-")) {
    out.why = "has an action that is not known";
  } else {
    out.is_data = true;
    out.expands = first.size() == 1 && first[0] == '*';
  }
  return out;
}

}  // namespace godwit::local
