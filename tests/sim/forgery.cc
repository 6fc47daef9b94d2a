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

namespace {

// Header alone, as a server that could not read the query answers.
Message bare(const Message& query, wire::Rcode rcode) {
  Message message = reply_to(query);
  message.question.reset();
  message.rcode = static_cast<std::uint16_t>(rcode);
  return message;
}

// Octets that no Message can say.
std::optional<Octets> forge_octets(const Message& forged, OneWrong wrong) {
  Octets octets = encode(forged);
  switch (wrong) {
    case OneWrong::two_questions:
      wire::store_u16(octets.data() + 4, 2);
      return octets;
    case OneWrong::eleven_octets:
      octets.resize(wire::header_octets - 1);
      return octets;
    case OneWrong::empty:
      return Octets();
    case OneWrong::name_that_points_to_itself:
      wire::store_u16(octets.data() + wire::header_octets, 0xc000 | wire::header_octets);
      return octets;
    default:
      return std::nullopt;
  }
}

// Makes one property of the question wrong; false when that cannot be.
bool spoil_question(MessageQuestion& question, OneWrong wrong) {
  switch (wrong) {
    case OneWrong::name:
    case OneWrong::denial_of_another_name: {
      const auto other =
          question.name.with_label(wire::Bytes(reinterpret_cast<const std::uint8_t*>("x"), 1));
      if (other) question.name = *other;
      return other.has_value();
    }
    case OneWrong::letter_case:
      return flip_case(question.name);
    case OneWrong::type:
      question.type = question.type == RrType::mx ? RrType::txt : RrType::mx;
      return true;
    case OneWrong::rr_class:
      question.rr_class = wire::RrClass::ch;
      return true;
    default:
      return true;
  }
}

Message spoiled(const Message& query, Message forged, OneWrong wrong) {
  switch (wrong) {
    case OneWrong::truncated_wrong_id:
      forged.header.tc = true;
      forged.header.id ^= 1;
      return forged;
    case OneWrong::truncated_no_question:
      forged.header.tc = true;
      forged.question.reset();
      return forged;
    case OneWrong::id:
      forged.header.id ^= 1;
      return forged;
    case OneWrong::qr:
      forged.header.qr = false;
      return forged;
    case OneWrong::opcode:
      forged.header.opcode = wire::Opcode::status;
      return forged;
    case OneWrong::denial_of_another_name:
      forged.answer.clear();
      forged.rcode = static_cast<std::uint16_t>(wire::Rcode::nxdomain);
      return forged;
    case OneWrong::no_question:
      forged.question.reset();
      return forged;
    case OneWrong::header_only:
      return bare(query, wire::Rcode::refused);
    case OneWrong::formerr_no_question:
      return bare(query, wire::Rcode::formerr);
    case OneWrong::notimp_no_question:
      return bare(query, wire::Rcode::notimp);
    case OneWrong::servfail_no_question:
      return bare(query, wire::Rcode::servfail);
    default:
      return forged;
  }
}

}  // namespace

std::optional<Reply> forge(const Message& query, OneWrong wrong, Duration delay) {
  Message forged = forged_answer(query);
  if (!spoil_question(*forged.question, wrong)) return std::nullopt;
  forged = spoiled(query, std::move(forged), wrong);
  std::optional<Octets> octets = forge_octets(forged, wrong);
  Reply reply(delay, octets ? std::move(*octets) : encode(forged));
  reply.misdirected = wrong == OneWrong::source;
  return reply;
}

}  // namespace godwit::sim
