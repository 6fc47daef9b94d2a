// One address asked one question for a survey: as it answers, with the ways around lost and cut
// datagrams and servers without EDNS, and without what is known of the server.
#pragma once

#include "iterator/query_plan.h"
#include "iterator/shared.h"
#include "iterator/survey.h"

namespace godwit::iterator {

class SurveyAsker {
 public:
  static constexpr unsigned sends_max = 4;  // of one question to one address
  static constexpr Duration send_time = std::chrono::milliseconds(1'500);

  // `seams` outlive this.
  SurveyAsker(const Seams& seams, std::shared_ptr<const ResolverOptions> options, Time ends)
      : seams_(seams), options_(std::move(options)), ends_(ends) {}

  [[nodiscard]] Task<SurveyReply> ask(wire::Endpoint server, AskedQuestion asked);
  // Whether there is no time left, or the program ends.
  [[nodiscard]] bool is_over() const noexcept { return is_stopped_ || seams_.clock.now() >= ends_; }

 private:
  [[nodiscard]] std::optional<SendPlan> read(Exchange& exchange, const SendPlan& plan,
                                             const AskedQuestion& asked, SurveyReply& reply);
  [[nodiscard]] std::optional<SendPlan> read_response(std::vector<std::uint8_t>& message,
                                                      const SendPlan& plan,
                                                      const AskedQuestion& asked,
                                                      SurveyReply& reply) const;
  const Seams& seams_;
  std::shared_ptr<const ResolverOptions> options_;
  Time ends_;
  bool is_stopped_ = false;
};

}  // namespace godwit::iterator
