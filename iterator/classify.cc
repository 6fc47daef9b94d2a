#include "iterator/classify.h"

#include <algorithm>

namespace godwit::iterator {

using wire::Name;
using wire::RecordView;
using wire::RrClass;
using wire::RrType;
using wire::Section;

namespace {

ResponseKind kind_of_error(wire::Rcode rcode) noexcept {
  switch (rcode) {
    case wire::Rcode::formerr:
    case wire::Rcode::notimp:
    case wire::Rcode::badvers:
      return ResponseKind::format_error;
    case wire::Rcode::badcookie:
      return ResponseKind::bad_cookie;
    case wire::Rcode::refused:
    case wire::Rcode::notauth:
      return ResponseKind::refused;
    default:
      return ResponseKind::server_failure;
  }
}

// Whether a record's owner is `name` or above it, and below `cut` by at least so many labels.
bool is_on_the_way(const wire::NameView& owner, const Name& cut, unsigned below,
                   const Name& name) noexcept {
  const unsigned labels = owner.label_count();
  return labels >= cut.label_count() + below && labels <= name.label_count() &&
         owner.is(name.suffix_wire(labels)) && name.is_at_or_below(cut);
}

// Whether it points to other servers instead of saying that there is no data.
bool is_referral_of_any_kind(const ParsedResponse& response) noexcept {
  bool has_ns = false;
  for (const RecordView& record : response.records) {
    if (record.section != Section::authority) continue;
    if (record.type == RrType::soa) return false;
    has_ns = has_ns || record.type == RrType::ns;
  }
  return has_ns;
}

// An empty NOERROR: a denial, a way down, or a server that does not know the zone.
ResponseKind classify_empty(const ParsedResponse& response, const AskedQuestion& asked) {
  if (find_soa(response, asked.name, asked.cut)) return ResponseKind::nodata;
  // Who is to resolve for us and refers us elsewhere does not do it.
  if (asked.forwarded)
    return is_referral_of_any_kind(response) ? ResponseKind::lame : ResponseKind::nodata;
  const std::optional<Name> below = referral_cut(response, asked);
  if (below) {
    // The parent's servers answer for DS themselves; one that refers to the child instead knows no
    // DS.
    const bool for_ds_itself = asked.type == RrType::ds && *below == asked.name;
    return for_ds_itself ? ResponseKind::nodata : ResponseKind::referral;
  }
  return response.header.aa ? ResponseKind::nodata : ResponseKind::lame;
}

}  // namespace

std::string_view describe(ResponseKind kind) noexcept {
  switch (kind) {
    case ResponseKind::answer:
      return "answer";
    case ResponseKind::alias:
      return "alias";
    case ResponseKind::referral:
      return "referral";
    case ResponseKind::nodata:
      return "no data";
    case ResponseKind::nxdomain:
      return "name error";
    case ResponseKind::alias_too_long:
      return "alias too long";
    case ResponseKind::lame:
      return "lame";
    case ResponseKind::refused:
      return "refused";
    case ResponseKind::server_failure:
      return "server failure";
    case ResponseKind::format_error:
      return "format error";
    case ResponseKind::bad_cookie:
      return "bad cookie";
    case ResponseKind::truncated:
      return "truncated";
    case ResponseKind::set_too_large:
      return "set too large";
    case ResponseKind::too_many_records:
      return "too many records";
    case ResponseKind::malformed:
      return "malformed";
  }
  return "unknown";
}

wire::Result<ParsedResponse> parse_response(wire::Bytes message) {
  wire::Result<wire::MessageView> view = wire::MessageView::parse(message);
  if (!view) return view.error();
  ParsedResponse parsed;
  parsed.header = view->header();
  parsed.rcode = static_cast<wire::Rcode>(parsed.header.rcode);
  // Of what is announced, so much at once: the rest may not be there.
  constexpr std::size_t records_at_once = 32;
  const std::size_t announced =
      std::size_t{parsed.header.ancount} + parsed.header.nscount + parsed.header.arcount;
  parsed.records.reserve(std::min(announced, records_at_once));
  wire::RecordReader reader = view->records();
  while (const RecordView* const record = reader.next()) {
    if (record->type != RrType::opt) {
      parsed.records.push_back(*record);
      continue;
    }
    if (parsed.edns || record->section != Section::additional) return wire::WireError::bad_opt;
    wire::Result<wire::Edns> edns = wire::parse_edns(*record);
    if (!edns) return edns.error();
    parsed.edns = *edns;
    parsed.rcode = static_cast<wire::Rcode>(edns->extended_rcode << 4 | parsed.header.rcode);
  }
  if (reader.error()) return *reader.error();
  return parsed;
}

bool announces_too_many(const wire::Header& header, const Limits& limits) noexcept {
  const std::uint32_t behind_answers = std::uint32_t{header.nscount} + header.arcount;
  return behind_answers > limits.records_per_response + 1 ||
         header.ancount + behind_answers > limits.records_received_per_response + 1;
}

const RecordView* find_alias(const ParsedResponse& response, const Name& name, const Name& cut) {
  const RecordView* cname = nullptr;
  for (const RecordView& record : response.records) {
    if (record.section != Section::answer || record.rr_class != RrClass::in) continue;
    if (record.type == RrType::cname && !cname && record.owner == name) cname = &record;
    if (record.type != RrType::dname || record.owner.label_count() >= name.label_count()) continue;
    const Name owner = record.owner.to_name();
    if (name.is_below(owner) && owner.is_at_or_below(cut)) return &record;
  }
  return cname;
}

bool has_answer(const ParsedResponse& response, const Name& name, RrType type, const Name& cut) {
  if (type == RrType::cname) {
    const RecordView* alias = find_alias(response, name, cut);
    return alias && alias->type == RrType::cname;
  }
  bool found = false;
  for (const RecordView& record : response.records) {
    if (record.section != Section::answer || record.rr_class != RrClass::in || record.owner != name)
      continue;
    if (record.type == type) found = true;
    // Where there is a CNAME there is nothing else but what DNSSEC adds (RFC 2181 §10.1, RFC 4034).
    const bool may_be_beside = type == RrType::rrsig || type == RrType::nsec;
    if (record.type == RrType::cname && !may_be_beside) return false;
  }
  return found;
}

std::optional<Name> referral_cut(const ParsedResponse& response, const AskedQuestion& asked) {
  for (const RecordView& record : response.records) {
    if (record.section != Section::authority || record.type != RrType::ns ||
        record.rr_class != RrClass::in)
      continue;
    if (is_on_the_way(record.owner, asked.cut, 1, asked.name)) return record.owner.to_name();
  }
  return std::nullopt;
}

const RecordView* find_soa(const ParsedResponse& response, const Name& name, const Name& cut) {
  for (const RecordView& record : response.records) {
    if (record.section != Section::authority || record.type != RrType::soa ||
        record.rr_class != RrClass::in)
      continue;
    if (is_on_the_way(record.owner, cut, 0, name)) return &record;
  }
  return nullptr;
}

bool is_childs_word_on_ds(const ParsedResponse& response, const AskedQuestion& asked,
                          const Name& name) {
  if (asked.type != RrType::ds || asked.forwarded || name.is_root()) return false;
  const RecordView* soa = find_soa(response, name, asked.cut);
  return soa && soa->owner == name;
}

ResponseKind classify(const ParsedResponse& response, const AskedQuestion& asked) {
  if (response.header.tc) return ResponseKind::truncated;
  const wire::Rcode rcode = response.rcode;
  if (rcode != wire::Rcode::noerror && rcode != wire::Rcode::nxdomain &&
      rcode != wire::Rcode::yxdomain)
    return kind_of_error(rcode);

  if (has_answer(response, asked.name, asked.type, asked.cut)) return ResponseKind::answer;
  const RecordView* alias = find_alias(response, asked.name, asked.cut);
  if (rcode == wire::Rcode::yxdomain)
    return alias && alias->type == RrType::dname ? ResponseKind::alias_too_long
                                                 : ResponseKind::server_failure;
  if (alias) return ResponseKind::alias;
  if (is_childs_word_on_ds(response, asked, asked.name)) return ResponseKind::lame;
  if (rcode == wire::Rcode::nxdomain) return ResponseKind::nxdomain;
  return classify_empty(response, asked);
}

}  // namespace godwit::iterator
