// Moments and durations as texts outside a configuration file.
#include "conf/time_text.h"

#include <gtest/gtest.h>

namespace godwit::conf {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;

TEST(TimeText, MomentsAreDaysOrDaysWithATimeInUtc) {
  EXPECT_EQ(parse_moment("2030-01-31"), sys_seconds(seconds(1'896'048'000)));
  EXPECT_EQ(parse_moment("2030-01-31T18:00:01Z"), sys_seconds(seconds(1'896'112'801)));
  for (const char* text : {"", "never", "2030-02-30", "2030-1-31", "2030-01-31T24:00:00Z",
                           "2030-01-31T18:00:00", "2030-01-31 ", "1970-01-01"})
    EXPECT_EQ(parse_moment(text), std::nullopt) << text;
}

TEST(TimeText, MomentsArePrintedAsTheyAreRead) {
  for (const char* text : {"2030-01-31", "2030-01-31T18:00:01Z"})
    EXPECT_EQ(print_moment(parse_moment(text).value()), text);
}

TEST(TimeText, DurationsHaveAUnitOrAreSeconds) {
  EXPECT_EQ(parse_duration("90"), seconds(90));
  EXPECT_EQ(parse_duration("250ms"), milliseconds(250));
  EXPECT_EQ(parse_duration("90m"), seconds(5'400));
  EXPECT_EQ(parse_duration("7d"), seconds(604'800));
  EXPECT_EQ(parse_duration("1000000000s"), seconds(1'000'000'000));
  for (const char* text : {"", "d", "-1s", "1.5h", "1 h", "1w", "1000000001s", "9999999999999d"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

}  // namespace
}  // namespace godwit::conf
