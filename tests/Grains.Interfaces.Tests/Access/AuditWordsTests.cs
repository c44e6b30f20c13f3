using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Interfaces.Tests.Access;

public sealed class AuditWordsTests
{
    [Fact]
    public void Kinds_are_those_of_which_something_goes_on_record() => Assert.Equal(
        ["access", "blob care", "blob ticket", "dataset", "event", "model", "model import", "queue", "relation study", "run", "segmentation", "update"], AuditWords.Kinds);

    [Fact]
    public void What_is_asked_for_is_told_in_words() => Assert.Equal(["begin add", "upload"], new[] { "BeginAddAsync", "Upload" }.Select(AuditWords.What));
}
