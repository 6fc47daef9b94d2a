// What validation has made of a response, and who says so. RFC 4035 §4.3, §5.
#pragma once

#include <boost/container/small_vector.hpp>

#include "cache/negative_cache.h"
#include "dnssec/failure.h"
#include "iterator/response.h"
#include "iterator/task.h"

namespace godwit::iterator {

struct Judged {
  Judged() = default;
  explicit Judged(ResponsePtr r) : response(std::move(r)) {}

  ResponsePtr response;  // TTLs are no longer than signatures allow; only proofs that are good
  // Of each set of response->answer; of all of them, when it is empty: nobody has judged.
  boost::container::small_vector<cache::Security, 4> sets;
  // Of a denial, and of the proofs that belong to answers made from wildcards.
  cache::Security denial = cache::Security::indeterminate;
  // None; `bogus`, or the limit that kept it from being judged.
  ResolveError error = ResolveError::none;
  dnssec::Failure failure;  // of `bogus` and of what was too much work
  bool others_may_do_better =
      true;  // another server of the zone; not when the zone itself is bogus

  [[nodiscard]] cache::Security of_set(std::size_t index) const noexcept {
    return index < sets.size() ? sets[index] : cache::Security::indeterminate;
  }
  [[nodiscard]] cache::Evidence evidence() const {
    cache::Evidence evidence{denial, nullptr, response->server.address};
    if (!response->proofs.empty())
      evidence.proofs = std::make_shared<const std::vector<wire::RRsetPtr>>(response->proofs);
    return evidence;
  }
  void fail(const dnssec::Failure& why) {
    failure = why;
    error = why.fault == dnssec::Fault::too_much_work ? ResolveError::out_of_validation
                                                      : ResolveError::bogus;
  }
};

class ResponseJudge {
 public:
  virtual ~ResponseJudge() = default;
  // `asked` and what it was asked of are the awaiting frame's; `response` is usable.
  [[nodiscard]] virtual Task<Judged> judge(const AskedQuestion& asked, ResponsePtr response) = 0;
};

}  // namespace godwit::iterator
