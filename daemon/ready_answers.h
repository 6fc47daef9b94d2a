// The hit path: a query of the usual shape (ready_query.h) to an answer that is kept ready, octet
// for octet what the ordinary way gives (client_request.h, iterator/resolver.h). A plain function:
// no heap, no lock, no system call, no clock. One thread; the cache behind it is shared.
#pragma once

#include "cache/answer_cache.h"
#include "daemon/client_request.h"
#include "daemon/ready_query.h"
#include "iterator/prefetch.h"

namespace godwit::daemon {

class ReadyAnswers {
 public:
  // When a batch of queries is answered.
  struct Moment {
    cache::Time now{};
    std::uint32_t wall_seconds = 0;
  };
  struct Answered {
    wire::Bytes message;  // in the caller's buffer; empty: go the ordinary way
    wire::Rcode rcode = wire::Rcode::noerror;
    iterator::Life life;  // of the part that ends first
  };
  // What was true before an answer was made from the caches.
  struct Before {
    cache::ChangeMarks marks;
    std::uint32_t epoch = 0;
  };

  // `requests` has policy and cookies, and outlives this.
  ReadyAnswers(const cache::KeyedHash& hash, cache::AnswerCache& answers, ClientRequests& requests)
      : hash_(hash), answers_(answers), requests_(requests) {}

  // Reads a query and has the processor load where answer() will look first; and then what it will
  // read there. For a batch: first the one for all, then the other for all.
  void prepare(wire::Bytes message, ReadyQuery& out) const noexcept;
  void fetch(const ReadyQuery& query) const noexcept { answers_.prefetch_entry(query.hash); }
  // The answer in `out`, for a query that may be ready.
  [[nodiscard]] Answered answer(const ReadyQuery& query, const Client& client, const Moment& moment,
                                wire::MutableBytes out) noexcept;

  // As queries for the name have it.
  [[nodiscard]] std::uint64_t hash_of(const wire::Name& name) const noexcept {
    return hash_.owner(name.wire());
  }
  [[nodiscard]] Before before() const noexcept { return {{}, answers_.epoch()}; }
  // For how long an answer may be kept: for its life, the whole life of the part that ends first,
  // but no longer than `until`.
  struct Keeping {
    std::uint32_t life_seconds = 0;
    cache::Time until = cache::Time::max();
  };
  // Keeps what was made from the caches for the query of `message`, if it can be answered so.
  void keep(wire::Bytes message, const iterator::Answer& answer, const Before& before,
            const Keeping& keeping, cache::Time now);
  // The operator's choices have changed.
  void forget_all() {
    answers_.clear();
    last_allowed_.reset();
  }

 private:
  struct Draft;
  [[nodiscard]] bool may_ask(const Client& client) noexcept;
  [[nodiscard]] bool render(const ReadyQuery& query, const iterator::Answer& answer, Draft& draft);
  const cache::KeyedHash& hash_;
  cache::AnswerCache& answers_;
  ClientRequests& requests_;
  // Many queries of a batch are of one client.
  std::optional<wire::IpAddress> last_allowed_;
  wire::NameCompressor compressor_;
  // Not on the stack: the compiler is told to clear what is there.
  cache::PackedBuffer buffer_;
};

}  // namespace godwit::daemon
