// What the tests of scrubbing share: a response written as text, digested for a question.
#pragma once

#include "iterator/scrub.h"
#include "tests/support/message_text.h"

namespace godwit::iterator {

struct Asked {
  std::string qname = "www.example.com.";
  std::string cut = "example.com.";
  wire::RrType type = wire::RrType::a;
  bool forwarded = false;
  Limits limits = {};
};

inline AskedQuestion question_of(const Asked& a) {
  AskedQuestion question;
  question.name = godwit::test::name(a.qname);
  question.type = a.type;
  question.cut = godwit::test::name(a.cut);
  question.forwarded = a.forwarded;
  return question;
}

inline Response digest_of(const godwit::test::MessageText& text, const Asked& a = {}) {
  const std::vector<std::uint8_t> octets = godwit::test::message(text);
  const wire::Result<ParsedResponse> parsed = parse_response(octets);
  if (!parsed) return {};
  return digest(*parsed, octets, question_of(a), a.limits, 42);
}

}  // namespace godwit::iterator
