// What the resolver says to a client: rcode, RRsets with the TTLs to show, and the reasons when it
// failed. Immutable once shared; rendering to octets is the daemon's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/security.h"
#include "cache/time.h"
#include "wire/rrset.h"

namespace godwit::iterator {

struct Question {
  Question() = default;
  Question(const wire::Name& n, wire::RrType t, wire::RrClass c = wire::RrClass::in)
      : name(n), type(t), rr_class(c) {}
  wire::Name name;
  wire::RrType type = wire::RrType::a;
  wire::RrClass rr_class = wire::RrClass::in;
  // Whoever asks judges for himself (CD, RFC 4035 §3.2.2).
  bool checking_disabled = false;
};

struct AnswerRRset {
  wire::RRsetPtr set;
  std::uint32_t ttl = 0;  // seconds, run down
  // When that is over, for sets from the caches; else the beginning of time.
  cache::Time expires{};
};

// An Extended DNS Error (RFC 8914) with the text that tells a person the reason.
struct AnswerError {
  wire::EdeCode code = wire::EdeCode::other;
  std::string text;
};

struct Answer {
  Answer() = default;
  wire::Rcode rcode = wire::Rcode::noerror;
  std::vector<AnswerRRset> answer;  // aliases first, in order, then the data
  // The SOA of a negative answer, and the NSEC or NSEC3 sets that prove what the answer says: these
  // are for whoever wants signatures alone.
  std::vector<AnswerRRset> authority;
  std::vector<AnswerError> errors;
  cache::Security security = cache::Security::indeterminate;  // of all of it
  bool authoritative = false;   // AA: for names that godwit itself serves (special and local ones)
  bool is_local = false;        // wholly or in part of the operator's own data
  bool is_synthesised = false;  // of denials that were proven for other names (RFC 8198)
  bool stale = false;           // a part of it has ended, and nothing newer is to be had (RFC 8767)
  // The zone that was asked for the question's own name last, as so many of its labels; nothing:
  // none was.
  std::optional<std::uint8_t> zone_labels;
};
using AnswerPtr = std::shared_ptr<const Answer>;

}  // namespace godwit::iterator
