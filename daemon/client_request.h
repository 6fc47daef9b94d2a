// One message of a client: is it answered, with what at once, or is it to be resolved; and the
// octets of every answer. Sans-IO: bytes in, a verdict or bytes out; no clock, no heap on the way
// to a verdict. One thread (the cookies' secrets turn with time). RFC 1035 §4.1, 6891, 7873, 8906,
// 8914, 9619.
#pragma once

#include <memory>
#include <string>

#include "daemon/access_control.h"
#include "daemon/counters.h"
#include "daemon/rebinding.h"
#include "daemon/server_cookie.h"
#include "iterator/question_policy.h"
#include "local/policy.h"
#include "wire/message_builder.h"

namespace godwit::daemon {

// What the operator decides about answers; replaced whole on reload.
struct AnswerPolicy {
  AccessControl access;
  std::uint16_t edns_octets = 1232;  // most of a UDP answer, and what is offered to clients
  std::string nsid;                  // empty: none is sent
  iterator::ServerIdentity identity;
  std::shared_ptr<const iterator::SpecialNames> special_names;  // null: none is answered here
  local::LocalDataPtr local_data;                               // null: there is none
  local::PolicyPtr policy;                                      // block lists; null: none
  RebindingPtr rebinding;                                       // null: nothing is withheld
  [[nodiscard]] bool has_rules() const noexcept { return policy || rebinding; }
  // Whether the operator says himself what the name has: that goes before what any list says.
  [[nodiscard]] bool has_own(const wire::Name& name, wire::RrType type) const {
    return local_data && local_data->find(name, type).kind != local::LocalData::Kind::none;
  }
};

// Who asks, and over what.
struct Client {
  wire::Endpoint peer;
  bool over_tcp = false;
  std::uint16_t keepalive_units = 0;  // idle timeout to tell, in 100 ms (RFC 7828); 0: tell none
};

// What of a query shapes its answer. A plain value that waits with the query.
struct RequestContext {
  std::uint16_t id = 0;
  wire::Opcode opcode = wire::Opcode::query;
  bool rd = false, cd = false;
  bool ad = false;  // wants to be told whether the answer is secure (RFC 6840 §5.7)
  bool has_question = false;
  bool has_edns = false;
  bool dnssec_ok = false;
  bool nsid_wanted = false;
  bool over_tcp = false;
  CookieVerdict cookie_verdict = CookieVerdict::absent;
  std::optional<wire::Cookie> cookie;      // to send back
  std::optional<std::uint16_t> keepalive;  // to send back
  std::uint16_t size_limit = 512;          // octets of the answer
  iterator::Question question;
  // What the block lists make of it.
  bool is_exempt = false;                          // a rule says that no other applies
  bool is_cut_off = false;                         // TC=1: come back over TCP
  std::shared_ptr<const iterator::Answer> prefix;  // an alias that the answer is to stand behind
};

enum class RequestVerdict : std::uint8_t {
  drop,     // say nothing, count `drop_cause`
  refuse,   // answer at once with `rcode` and `ede`: render_refusal()
  local,    // answer at once with `local_answer`: render()
  resolve,  // `context.question` is for the resolver
};

// An rcode without data, with an Extended DNS Error if `ede_text` is not empty.
struct Refusal {
  wire::Rcode rcode = wire::Rcode::noerror;
  wire::EdeCode ede = wire::EdeCode::other;
  std::string_view ede_text;  // static storage
};

struct ReadRequest {
  RequestVerdict verdict = RequestVerdict::drop;
  bool client_allowed = false;  // by access control; said where the verdict is no `drop`
  DropCause drop_cause = DropCause::too_short;
  Refusal refusal;
  std::optional<iterator::Answer> local_answer;
  RequestContext context;
};

class ClientRequests {
 public:
  ClientRequests(std::shared_ptr<const AnswerPolicy> policy,
                 const ServerCookies::MasterSecret& cookie_secret)
      : policy_(std::move(policy)), cookies_(cookie_secret) {}
  void set_policy(std::shared_ptr<const AnswerPolicy> policy) { policy_ = std::move(policy); }

  [[nodiscard]] const AnswerPolicy& policy() const noexcept { return *policy_; }

  // Judges a message. `cut_off`: the datagram was longer than what was received of it.
  [[nodiscard]] ReadRequest read(wire::Bytes message, bool cut_off, const Client& client,
                                 std::uint32_t wall_seconds);

  // The answer's octets in `out`, which has room for context.size_limit. Sections that do not fit
  // are left out from the first RRset on that does not (TC=1, RFC 2181 §9).
  [[nodiscard]] wire::Bytes render(const RequestContext& context, const iterator::Answer& answer,
                                   wire::MutableBytes out);
  [[nodiscard]] wire::Bytes render_refusal(const RequestContext& context, const Refusal& refusal,
                                           wire::MutableBytes out);

  // What an answer may take; `payload_octets` is what the client's OPT record offers, if there is
  // one.
  [[nodiscard]] std::uint16_t answer_octets_max(
      const Client& client, std::optional<std::uint16_t> payload_octets) const noexcept;
  // The cookie to send back to one that is well formed.
  [[nodiscard]] wire::Cookie cookie_for(const wire::Cookie& cookie, const Client& client,
                                        std::uint32_t wall_seconds) noexcept;

 private:
  void read_edns(const wire::Edns& edns, const Client& client, std::uint32_t wall_seconds,
                 RequestContext& context);
  // What the header says of an answer.
  struct AnswerFlags {
    bool authoritative = false;
    bool recursion_available = true;
    bool secure = false;
  };
  void begin(wire::MessageBuilder& builder, const RequestContext& context, AnswerFlags flags,
             const wire::EdnsToWrite& edns) const noexcept;
  [[nodiscard]] static wire::Bytes finish(wire::MessageBuilder& builder,
                                          const RequestContext& context,
                                          wire::MutableBytes out) noexcept;
  [[nodiscard]] wire::EdnsToWrite edns_for(const RequestContext& context) const noexcept;
  std::shared_ptr<const AnswerPolicy> policy_;
  ServerCookies cookies_;
  wire::NameCompressor compressor_;
};

// How a set is written for the client that asked for `qname`, which is in lower case: without
// rotation.
[[nodiscard]] wire::MessageBuilder::RRsetOptions rrset_options(const iterator::AnswerRRset& set,
                                                               const wire::Name& qname,
                                                               bool dnssec_ok) noexcept;
// Whether a set of the authority section is for this client: proofs are for those who want
// signatures (RFC 4035 §3.2.1).
[[nodiscard]] bool is_shown(const iterator::AnswerRRset& set, bool dnssec_ok) noexcept;
// Whether clients get its records in turns, to spread load. Others have an order of their own.
[[nodiscard]] bool is_rotated(const wire::RRset& set) noexcept;

// Whether an answer with this rcode may go to that client: no errors over UDP to the port of
// servers, which might answer them (VU#417980).
[[nodiscard]] bool may_answer(const Client& client, wire::Rcode rcode) noexcept;

// Source ports that no resolver client sends from: reserved, echo, discard, daytime, qotd, chargen,
// time.
[[nodiscard]] bool is_unanswerable_port(std::uint16_t port) noexcept;

}  // namespace godwit::daemon
