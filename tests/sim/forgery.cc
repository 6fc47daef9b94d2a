#include "tests/sim/forgery.h"

#include <algorithm>
#include <cctype>

#include "wire/rdata.h"

namespace godwit::sim {
namespace {

using wire::RrType;

constexpr std::uint32_t forged_ttl = 86400;

const wire::Name& forged_name() {
  static const wire::Name made = name("ns.forged.");
  return made;
}

Record leading_to_forged(const wire::Name& owner, RrType type) {
  const wire::Bytes target = forged_name().wire();
  return {owner, type, wire::RrClass::in, forged_ttl, {target.begin(), target.end()}};
}

Octets with_second_question(Octets octets) {
  wire::store_u16(octets.data() + 4, 2);
  return octets;
}

}  // namespace

const wire::IpAddress& forged_address() {
  static const wire::IpAddress made = address("6.6.6.6");
  return made;
}

bool is_forged(const Record& record) {
  const wire::Name forged = forged_name().suffix(1);
  if (record.owner.is_at_or_below(forged)) return true;
  if (record.type == RrType::a) return std::ranges::equal(record.rdata, forged_address().octets());
  const auto target = wire::target_name(record.type, record.rdata);
  return target && target->is_at_or_below(forged);
}

Record forged_a(const wire::Name& owner) {
  const wire::Bytes ip = forged_address().octets();
  return {owner, RrType::a, wire::RrClass::in, forged_ttl, {ip.begin(), ip.end()}};
}

Record forged_ns(const wire::Name& owner) {
  return leading_to_forged(owner, RrType::ns);
}
Record forged_dname(const wire::Name& owner) {
  return leading_to_forged(owner, RrType::dname);
}
Record forged_glue() {
  return forged_a(forged_name());
}

bool flip_case(wire::Name& name) {
  const wire::MutableBytes octets = name.mutable_wire();
  for (std::size_t i = 0; i < octets.size(); ++i) {
    // Length octets are below 64, letters above.
    if (std::isalpha(octets[i]) == 0) continue;
    octets[i] ^= 0x20;
    return true;
  }
  return false;
}

Message forged_answer(const Message& query) {
  Message reply = reply_to(query);
  reply.header.aa = true;
  const wire::Name& owner = query.question->name;
  if (query.question->type == RrType::a)
    reply.answer.push_back(forged_a(owner));
  else
    reply.answer.push_back(leading_to_forged(owner, RrType::cname));
  reply.authority.push_back(forged_ns(owner.is_root() ? owner : owner.parent()));
  reply.additional.push_back(forged_glue());
  return reply;
}

std::optional<Reply> forge(const Message& query, OneWrong wrong, Duration delay) {
  Message forged = forged_answer(query);
  Reply reply(delay, {});
  switch (wrong) {
    case OneWrong::id:
      forged.header.id ^= 1;
      break;
    case OneWrong::source:
      reply.misdirected = true;
      break;
    case OneWrong::qr:
      forged.header.qr = false;
      break;
    case OneWrong::opcode:
      forged.header.opcode = wire::Opcode::status;
      break;
    case OneWrong::name: {
      const auto other = forged.question->name.with_label(
          wire::Bytes(reinterpret_cast<const std::uint8_t*>("x"), 1));
      if (!other) return std::nullopt;
      forged.question->name = *other;
      break;
    }
    case OneWrong::letter_case:
      if (!flip_case(forged.question->name)) return std::nullopt;
      break;
    case OneWrong::type:
      forged.question->type = query.question->type == RrType::mx ? RrType::txt : RrType::mx;
      break;
    case OneWrong::rr_class:
      forged.question->rr_class = wire::RrClass::ch;
      break;
    case OneWrong::no_question:
      forged.question.reset();
      break;
    case OneWrong::two_questions:
      reply.octets = with_second_question(encode(forged));
      return reply;
    case OneWrong::header_only:
    case OneWrong::formerr_no_question:
    case OneWrong::count_: {
      const bool formerr = wrong == OneWrong::formerr_no_question;
      Message bare = reply_to(query);
      bare.question.reset();
      bare.rcode =
          static_cast<std::uint16_t>(formerr ? wire::Rcode::formerr : wire::Rcode::refused);
      forged = bare;
      break;
    }
  }
  reply.octets = encode(forged);
  return reply;
}

}  // namespace godwit::sim
