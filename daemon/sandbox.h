// Gives up, for good, what the running daemon does not need: files and TCP ports by Landlock,
// system calls by seccomp, new code in memory. After privileges are dropped, before other threads
// exist: each thread has the sandbox of the one that started it.
#pragma once

#include <string>
#include <vector>

#include "conf/config.h"
#include "daemon/landlock.h"
#include "daemon/sandbox_filter.h"

namespace godwit::daemon {

struct SandboxPlan {
  conf::Sandbox wanted = conf::Sandbox::off;
  OnBreach on_breach = OnBreach::deny;
  LandlockRules rules;
};

// What the configuration needs: the folders of the configuration itself and of the files that it
// names, to read; the folders of the state, to write; those of the control sockets, to remove them;
// the ports of servers. Looks at links only.
// `state_directory`: STATE_DIRECTORY; may be null.
[[nodiscard]] SandboxPlan sandbox_plan(const conf::Config& config, const std::string& config_path,
                                       const char* state_directory);

// What must be readable so that the file can be read again after it was replaced: its folder, or
// the file alone where the folder is everybody's. For a link, that of its target too.
[[nodiscard]] std::vector<std::string> readable_places(const std::string& path);

// Of the configuration and the files that it names those that are denied now, each as a sentence
// that says what the sandbox has to do with it. Cost: opens each.
[[nodiscard]] std::vector<std::string> denied_files(const conf::Config& config,
                                                    const std::string& config_path);

// The ports of servers in `config` that the plan leaves out.
[[nodiscard]] std::vector<std::uint16_t> ports_beyond(const SandboxPlan& plan,
                                                      const conf::Config& config);

// What this kernel (and this build) offers.
struct SandboxOffer {
  bool is_whole = false;  // Landlock of some version, and seccomp
  std::string text;
  std::string missing;  // of the whole; empty: nothing
};
[[nodiscard]] SandboxOffer sandbox_of_kernel();

struct SandboxReport {
  std::string error;        // why there is no start: something required is not to be had
  bool is_partial = false;  // wanted, and Landlock or seccomp is not in force
  bool limits_files = false;
  bool limits_ports = false;
  std::string in_force;
  std::string missing;  // what is not limited, and why
};
[[nodiscard]] SandboxReport enter_sandbox(const SandboxPlan& plan);

}  // namespace godwit::daemon
