// Which rule of which block list wins for a question and its answer. Lists stand in an order, and
// each may be for some clients alone. Immutable, shared by all workers, replaced whole at a reload;
// any thread. The order of precedence is draft-vixie-dnsop-dns-rpz-00 §5: the earliest name of a
// chain of aliases, the first list, a rule for the client before one for the name before one for an
// address of the answer; of addresses the longest prefix, then the lowest address.
#pragma once

#include <memory>
#include <span>

#include "local/block_list.h"
#include "wire/codes.h"

namespace godwit::local {

struct PolicyList {
  std::string name;
  BlockListPtr rules;
  PrefixTable clients;  // empty: for all
  wire::EdeCode reason = wire::EdeCode::blocked;
  [[nodiscard]] bool is_for(const wire::IpAddress& client) const noexcept {
    return clients.empty() || clients.find(client).has_value();
  }
};

// A question, and what is known of its answer.
struct PolicySubject {
  std::span<const wire::Name> chain;  // the name that was asked for, and where aliases led
  std::span<const wire::IpAddress> addresses;
  bool is_answered = false;  // the chain is whole and the addresses are known
};

enum class TriggeredBy : std::uint8_t { client, name, answer };

struct Verdict {
  const PolicyList* list = nullptr;  // null: no rule
  BlockList::Rule rule;
  TriggeredBy by = TriggeredBy::name;
  std::size_t position = 0;  // in the chain
  std::size_t list_index = 0;
  // Of an unanswered question: no rule wins yet, as one for an address of its answer may.
  bool is_open = false;
  [[nodiscard]] explicit operator bool() const noexcept { return list != nullptr; }
  [[nodiscard]] const Action& action() const { return list->rules->action(rule); }
  [[nodiscard]] std::string place() const {
    return list->rules->file() + ":" + std::to_string(rule.line);
  }
};

class Policy {
 public:
  explicit Policy(std::vector<PolicyList> lists);

  // The winning rule for a client. `from_list`: those before it are passed over (what would happen
  // without them). Cost: a look-up in each list for each name of the chain.
  [[nodiscard]] Verdict judge(const PolicySubject& subject, const wire::IpAddress& client,
                              std::size_t from_list = 0) const;
  // Whether any client's answer may be touched by a rule for its names or addresses: such answers
  // differ from client to client.
  [[nodiscard]] bool touches(const PolicySubject& subject) const;
  // Whether there is a rule for all that this client asks.
  [[nodiscard]] bool has_rule_for(const wire::IpAddress& client) const noexcept;
  [[nodiscard]] std::span<const PolicyList> lists() const noexcept { return lists_; }

 private:
  [[nodiscard]] bool judge_list(const PolicyList& list, const PolicySubject& subject,
                                std::size_t position, const wire::IpAddress* client,
                                Verdict& out) const;
  std::vector<PolicyList> lists_;
};
using PolicyPtr = std::shared_ptr<const Policy>;

}  // namespace godwit::local
