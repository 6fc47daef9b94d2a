// Reads the files that the group `local` names, and makes of them what names are answered from. On
// the main thread, at a start and a reload.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"
#include "daemon/log.h"
#include "daemon/rebinding.h"
#include "iterator/resolver_options.h"
#include "local/local_data.h"
#include "local/policy.h"

namespace godwit::daemon {

// The most of one file.
inline constexpr std::size_t local_file_octets_max = std::size_t{512} << 20;

struct LocalSettings {
  local::LocalDataPtr data;  // null: there is none
  local::PolicyPtr policy;   // null: there are no lists
  local::Issues issues;      // lines that are passed over
  std::string_view key;      // of the setting that is wrong; static
  std::string error;         // empty: nothing is
};
// `zones`: the forward and stub zones, which go before a local zone that they are inside of.
[[nodiscard]] LocalSettings read_local_settings(const conf::Local& from,
                                                const std::vector<iterator::ConfiguredZone>& zones);

// Null: nothing is withheld.
[[nodiscard]] RebindingPtr make_rebinding(const conf::Rebinding& from,
                                          const std::vector<iterator::ConfiguredZone>& zones);

// What is known of each list, for the log of a start or a reload.
void log_lists(const local::PolicyPtr& policy, Log& log);

// The files that a reload reads.
[[nodiscard]] std::vector<std::string> local_files(const conf::Local& from);

// For whoever checks: the lines that are told, and how many others there are.
[[nodiscard]] std::vector<std::string> texts_of(const local::Issues& issues);
void log_issues(const local::Issues& issues, Log& log);

}  // namespace godwit::daemon
