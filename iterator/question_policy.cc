// The table of question_policy.h as code.
#include "iterator/question_policy.h"

#include <algorithm>
#include <array>

#include "iterator/cached_answer.h"
#include "wire/name_text.h"

namespace godwit::iterator {
namespace {

using wire::EdeCode;
using wire::Rcode;
using wire::RrClass;
using wire::RrType;

// RFC 9824: only ever in NSEC bitmaps.
constexpr auto nxname = static_cast<RrType>(128);
// RFC 8482 §4.2 leaves it open; long enough that a client that insists does not come back at once.
constexpr std::uint32_t any_ttl_seconds = 3600;
constexpr std::size_t character_string_octets_max = 255;

Answer refuse(Rcode rcode, EdeCode code, std::string_view text) {
  Answer out;
  out.rcode = rcode;
  out.errors.push_back({code, std::string(text)});
  return out;
}

void append_character_string(std::vector<std::uint8_t>& rdata, std::string_view text) {
  rdata.push_back(static_cast<std::uint8_t>(text.size()));
  rdata.insert(rdata.end(), text.begin(), text.end());
}

Answer answer_any(const Question& question, const SpecialNames* special,
                  const local::LocalData* own) {
  AnswerInProgress progress(question, 0);
  progress.sees_local_data = true;
  if (take_local_data(progress, own, nullptr) == LocalOutcome::complete)
    return std::move(progress.answer);
  if (special != nullptr) {
    if (auto known = special->find(question)) return std::move(*known);
  }
  std::vector<std::uint8_t> rdata;
  append_character_string(rdata, "RFC8482");
  append_character_string(rdata, "");
  wire::RRsetBuilder builder(question.name, RrType::hinfo);
  builder.add(rdata, any_ttl_seconds);
  Answer out;
  out.answer.push_back({builder.build(), any_ttl_seconds});
  return out;
}

bool is_one_of(const wire::Name& name, std::array<std::string_view, 2> texts) {
  return std::ranges::any_of(
      texts, [&name](std::string_view text) { return name == wire::parse_name(text).value(); });
}

Answer answer_chaos(const Question& question, const ServerIdentity& identity) {
  std::string_view text;
  if (is_one_of(question.name, {"id.server.", "hostname.bind."})) text = identity.identity;
  if (is_one_of(question.name, {"version.server.", "version.bind."})) text = identity.version;
  if (text.empty()) {
    return refuse(Rcode::refused, EdeCode::not_supported, "class CH has nothing of that name here");
  }

  Answer out;
  out.authoritative = true;
  if (question.type != RrType::txt && question.type != RrType::any) return out;
  std::vector<std::uint8_t> rdata;
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), character_string_octets_max)))
    append_character_string(rdata, text.substr(0, character_string_octets_max));
  wire::RRsetBuilder builder(question.name, RrType::txt, RrClass::ch);
  builder.add(rdata, 0);
  out.answer.push_back({builder.build(), 0});
  return out;
}

}  // namespace

std::optional<Answer> answer_by_policy(const Question& question, const ServerIdentity& identity,
                                       const SpecialNames* special, const local::LocalData* own) {
  const RrType type = question.type;
  if (type == RrType::none || type == RrType::opt || type == nxname)
    return refuse(Rcode::formerr, EdeCode::invalid_query_type, "no question can have this type");
  if (type == RrType::axfr || type == RrType::ixfr)
    return refuse(Rcode::refused, EdeCode::not_supported, "a resolver transfers no zones");

  switch (question.rr_class) {
    case RrClass::in:
      break;
    case RrClass::ch:
      return answer_chaos(question, identity);
    case RrClass::hs:
      return refuse(Rcode::refused, EdeCode::not_supported, "only class IN is resolved");
    default:
      return refuse(Rcode::notimp, EdeCode::not_supported, "only class IN is resolved");
  }

  if (type == RrType::any) return answer_any(question, special, own);
  if (type == RrType::rrsig) {
    return refuse(Rcode::refused, EdeCode::not_supported,
                  "signatures are not passed on to clients");
  }
  if (wire::is_meta(type)) {
    return refuse(Rcode::notimp, EdeCode::invalid_query_type, "this type is not data");
  }
  return std::nullopt;
}

}  // namespace godwit::iterator
