// What can go wrong between resolver and servers, as one struct of rates, and the weather and
// tampering that it makes on a world. Everything forged carries `forged_address`, so that one look
// tells whether anything of it was believed.
#pragma once

#include "tests/sim/random.h"
#include "tests/sim/world.h"

namespace godwit::sim {

// Rates are per thousand exchanges.
struct FaultProfile {
  std::uint32_t loss = 0;
  std::uint32_t duplicate = 0;
  std::uint32_t delay = 0;  // up to a second more
  std::uint32_t truncate = 0;
  std::uint32_t wrong_id = 0;
  std::uint32_t wrong_port = 0;
  std::uint32_t wrong_case = 0;
  std::uint32_t wrong_question = 0;
  std::uint32_t spoof_guess = 0;   // off-path: everything right but the id
  std::uint32_t spoof_oracle = 0;  // right in all but one property
  std::uint32_t formerr_on_edns = 0;
  std::uint32_t upward_referral = 0;
  std::uint32_t alias_loop = 0;
  std::uint32_t refused = 0;
  std::uint32_t servfail = 0;
  std::uint32_t notimp = 0;
  std::uint32_t garbage = 0;
  std::uint32_t cut_short = 0;    // the message ends in the middle
  std::uint32_t slow_drip = 0;    // TCP: the answer comes after seconds
  std::uint32_t unreachable = 0;  // ICMP, reset
  std::uint32_t rewrite = 0;      // addresses of secure zones, on the way
  std::uint32_t poison = 0;       // extra records about names that are not the server's

  [[nodiscard]] static FaultProfile clear() { return {}; }
  // What the network of an honest world does.
  [[nodiscard]] static FaultProfile benign(Random& random);
  // Spoofing and mangling, honest servers.
  [[nodiscard]] static FaultProfile spoofed(Random& random);
  // All of it.
  [[nodiscard]] static FaultProfile hostile(Random& random);
};

[[nodiscard]] const wire::IpAddress& forged_address();
[[nodiscard]] bool is_forged(const Record& record);

// Draws the faults of one world. Must live as long as the world's network is used.
class Faults {
 public:
  Faults(World& world, const FaultProfile& profile, Random random);
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;

 private:
  void weather(const Arrival& arrival, std::vector<Reply>& replies);
  void scramble(Reply& reply);
  void mangle(const Arrival& arrival, Reply& reply);
  void spoof(const Arrival& arrival, std::vector<Reply>& replies);
  void tamper(const Authority& server, const Message& query, Message& reply);
  void poison(const Authority& server, Message& reply);
  void rewrite(Message& reply);
  [[nodiscard]] bool happens(std::uint32_t permille) { return random_.chance(permille); }

  World& world_;
  FaultProfile profile_;
  Random random_;
};

// A forged answer to `query`: its question with the forged address, and NS records besides.
[[nodiscard]] Message forged_answer(const Message& query);

// The ways in which a forged datagram can be wrong in one property.
enum class OneWrong : std::uint8_t {
  id,
  source,
  qr,
  opcode,
  name,
  letter_case,
  type,
  rr_class,
  no_question,
  two_questions,
  header_only,
  formerr_no_question,
  notimp_no_question,
  servfail_no_question,
  truncated_wrong_id,
  truncated_no_question,
  denial_of_another_name,
  eleven_octets,
  empty,
  name_that_points_to_itself,
  count_
};
// Nothing when the property cannot be wrong for this query (a name without letters).
[[nodiscard]] std::optional<Reply> forge(const Message& query, OneWrong wrong, Duration delay);

}  // namespace godwit::sim
