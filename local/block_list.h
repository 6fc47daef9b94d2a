// One block list: rules for names, for clients and for addresses in answers, each with an action
// and the line that it stands on. Immutable, shared by all workers, replaced whole at a reload; any
// thread. Which list wins is policy.h's. draft-vixie-dnsop-dns-rpz-00 (RPZ).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "local/name_index.h"
#include "local/prefix_table.h"
#include "wire/rrset.h"

namespace godwit::local {

enum class ActionKind : std::uint8_t {
  name_error,  // NXDOMAIN
  nodata,      //
  refuse,      // REFUSED
  drop,        // no answer
  truncate,    // over UDP: come back over TCP
  pass,        // as if there were no rules
  data,        // records in place of the answer
};

struct Action {
  ActionKind kind = ActionKind::name_error;
  std::vector<wire::RRsetPtr> sets;  // of `data`; whoever is asked for owns them
  bool expands = false;              // the one set is a CNAME whose target is put behind the name
};

class BlockList {
 public:
  struct Rule {
    std::uint32_t action = 0;
    std::uint32_t line = 0;  // 0: there is no rule
    [[nodiscard]] explicit operator bool() const noexcept { return line != 0; }
  };
  // The rule for that very name, else the one for what is below the closest name above it.
  [[nodiscard]] Rule of_name(const wire::Name& name) const;
  // The rule of the longest prefix that holds the address.
  struct AddressRule {
    Rule rule;
    wire::IpPrefix prefix;
  };
  [[nodiscard]] AddressRule of_client(const wire::IpAddress& client) const;
  [[nodiscard]] AddressRule of_answer(const wire::IpAddress& address) const;
  [[nodiscard]] bool has_client_rules() const noexcept { return !clients_.empty(); }
  [[nodiscard]] bool has_answer_rules() const noexcept { return !answers_.empty(); }

  [[nodiscard]] const Action& action(const Rule& rule) const { return actions_[rule.action]; }
  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] std::size_t names() const noexcept { return names_.size(); }
  [[nodiscard]] std::size_t rules() const noexcept { return rule_count_; }
  [[nodiscard]] std::size_t memory_octets() const noexcept;

 private:
  friend class BlockListBuilder;
  struct NameRules {
    Rule exact, below;
  };
  BlockList(const cache::KeyedHash& hash, std::string file)
      : file_(std::move(file)), names_(hash) {}

  std::string file_;
  NameIndex names_;
  std::vector<NameRules> rules_;  // by the number of their name
  PrefixTable clients_, answers_;
  std::vector<Rule> address_rules_;
  std::vector<Action> actions_;
  std::size_t rule_count_ = 0;
};
using BlockListPtr = std::shared_ptr<const BlockList>;

}  // namespace godwit::local
