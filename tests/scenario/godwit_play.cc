// Plays scenario files: godwit_play FILE... [--trace]. One line a file; ends with 1 when any
// failed.
#include <cstdio>
#include <string_view>

#include "tests/scenario/player.h"

int main(int count, char** words) {
  godwit::scenario::TraceLine trace;
  int failed = 0;
  int files = 0;
  for (int i = 1; i < count; ++i)
    if (std::string_view(words[i]) == "--trace")
      trace = [](const std::string& line) { std::printf("  %s\n", line.c_str()); };
  for (int i = 1; i < count; ++i) {
    const std::string_view path = words[i];
    if (path == "--trace") continue;
    ++files;
    const auto played = godwit::scenario::play_file(std::string(path), trace);
    std::printf("%s %s (%u packets)%s%s\n", played.passed ? "pass" : "FAIL", words[i],
                played.packets, played.passed ? "" : ": ", played.failure.c_str());
    failed += played.passed ? 0 : 1;
  }
  if (files == 0) std::fputs("usage: godwit_play FILE... [--trace]\n", stderr);
  return files == 0 ? 2 : failed != 0;
}
