// The words in which directed tests tell a story: a root and "test." with honest servers, a place
// for an attacker, one resolver, one question after the other.
//   Story story;
//   story.world.delegate("victim.test.", "192.0.2.80").a("www", "198.18.0.1");
//   EXPECT_EQ(story.ask("www.victim.test.").address(), "198.18.0.1");
#pragma once

#include "tests/sim/subject.h"
#include "tests/sim/world.h"

namespace godwit::sim {

// What came of one question, in short.
struct Told {
  wire::Rcode rcode = wire::Rcode::servfail;
  std::vector<Record> answer;
  iterator::ResolveError error = iterator::ResolveError::none;
  bool has_reason = false;           // an Extended DNS Error
  std::string reason;                // its text
  std::vector<wire::EdeCode> codes;  // of all of them
  cache::Security security = cache::Security::indeterminate;
  std::vector<Record> authority;
  bool stale = false;
  std::uint64_t packets = 0;  // to all servers, until everything was quiet again
  Duration took{};
  // The only address of the answer as text; "" when there is none, "many" when there are more.
  [[nodiscard]] std::string address() const;
};

class Story {
 public:
  Story();

  // Change them before the first question.
  [[nodiscard]] iterator::ResolverOptions& options() noexcept { return *options_.resolver; }
  [[nodiscard]] SubjectOptions& subject_options() noexcept { return options_; }

  // A server that is a script: gets the decoded query, changes the reply, which has the question.
  using Act = std::function<void(const Message& query, Message& reply)>;
  void actor(std::string_view ip, Act act);
  // As that, with everything of the network in its hand.
  void rough_actor(std::string_view ip, ScriptedServer::Script script);
  // Delegates `child` from its parent zone to ns.<child> at `ip`, without making it a zone.
  void hand_over(std::string_view child, std::string_view ip);

  Told ask(std::string_view name, wire::RrType type = wire::RrType::a,
           bool checking_disabled = false);
  // Begins a question and does not wait.
  const Asked& begin(std::string_view name, wire::RrType type = wire::RrType::a,
                     unsigned worker = 0);
  void until_quiet();

  [[nodiscard]] Subject& resolver();
  [[nodiscard]] std::uint64_t queries_to(std::string_view ip) const;
  // Whether any cache holds a forged record.
  [[nodiscard]] bool is_poisoned();

  Simulation simulation;
  Network network;
  World world;

 private:
  SubjectOptions options_;
  std::optional<Subject> subject_;
};

[[nodiscard]] Told told(const Asked& asked, std::uint64_t packets);

inline constexpr std::string_view root_ip = "198.41.0.4";
inline constexpr std::string_view top_ip = "192.0.2.10";    // serves test.
inline constexpr std::string_view evil_ip = "203.0.113.1";  // the attacker's

}  // namespace godwit::sim
