#include "local/block_list.h"

namespace godwit::local {

BlockList::Rule BlockList::of_name(const wire::Name& name) const {
  Rule out;
  names_.find_above(name, [&](std::uint32_t number, unsigned labels) {
    const NameRules& rules = rules_[number];
    out = labels == name.label_count() ? rules.exact : rules.below;
    return bool(out);
  });
  return out;
}

BlockList::AddressRule BlockList::of_client(const wire::IpAddress& client) const {
  const auto found = clients_.find(client);
  if (!found) return {};
  return {address_rules_[found->value], found->prefix};
}

BlockList::AddressRule BlockList::of_answer(const wire::IpAddress& address) const {
  const auto found = answers_.find(address);
  if (!found) return {};
  return {address_rules_[found->value], found->prefix};
}

std::size_t BlockList::memory_octets() const noexcept {
  std::size_t out = names_.memory_octets() + sizeof(NameRules) * rules_.capacity() +
                    sizeof(Action) * actions_.capacity();
  for (const Action& action : actions_)
    for (const auto& set : action.sets) out += set->memory_octets();
  return out;
}

}  // namespace godwit::local
