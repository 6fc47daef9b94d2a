// Makes a block list of the text of a file: names or hosts by the line, or a response policy zone.
// What cannot be applied is passed over, counted and told; a text whose form is wrong fails. One
// thread.
#pragma once

#include <map>
#include <memory>

#include "local/block_list.h"
#include "local/hosts_reader.h"
#include "local/source.h"
#include "wire/master_file.h"

namespace godwit::local {

enum class ListForm : std::uint8_t {
  names,     // a name a line, for it and all below; "*.NAME" for what is below alone
  hosts,     // a hosts file; its names alone, nothing below
  response,  // a response policy zone in master format, with actions of its own
};

// Of the records that stand in for an answer, where the list does not state it.
inline constexpr std::uint32_t policy_ttl_seconds = 60;

// The addresses that all who ask for addresses get.
[[nodiscard]] Action address_action(const std::vector<wire::IpAddress>& addresses);

class BlockListBuilder {
 public:
  // `names_max`: of this list. `blocked`: what `names` and `hosts` do.
  BlockListBuilder(const cache::KeyedHash& hash, std::string file, std::size_t names_max,
                   Action blocked);
  void read(ListForm form, std::string_view text);

  // Null: see error(). Called once.
  [[nodiscard]] std::shared_ptr<const BlockList> build();
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] const Issues& issues() const noexcept { return issues_; }

 private:
  using Rule = BlockList::Rule;
  void fail(std::size_t line, std::string_view why);
  [[nodiscard]] Rule* exact_rule(const wire::Name& name);
  [[nodiscard]] Rule* below_rule(const wire::Name& name);
  [[nodiscard]] std::uint32_t number_of(const wire::Name& name);
  void set(Rule* rule, std::uint32_t action, std::uint32_t line);
  void read_response_zone(std::string_view text);
  void add_record(const wire::RecordText& record, std::uint32_t line);
  [[nodiscard]] Rule* rule_of_trigger(const wire::Name& trigger, std::uint32_t line);
  // Prefixes in the order in which a PrefixTable is filled fastest, and the numbers of their rules.
  using Prefixes = std::map<std::pair<std::uint8_t, wire::IpAddress>, std::uint32_t>;
  [[nodiscard]] Rule* rule_of_prefix(Prefixes& prefixes, const wire::IpPrefix& prefix);
  void add_data(Rule* rule, const wire::RecordText& record, std::uint32_t line);

  std::shared_ptr<BlockList> out_;
  std::size_t names_max_;
  wire::Name apex_;
  Prefixes clients_, answers_;
  // The records of actions that have some, by action.
  std::map<std::uint32_t, std::vector<wire::RecordText>> data_;
  std::string error_;
  Issues issues_;
};

}  // namespace godwit::local
