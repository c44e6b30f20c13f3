using System.Text;
using Hermes.Client.Figures;

namespace Hermes.Client.Tests.Figures;

public sealed class FigureExportTests
{
    private static readonly FigureExport Export = new(
        () => new Figure(20, 10, [new FigureText(1, 9, "a")]), () => "a,b\n", () => Task.FromResult<object>(new Dictionary<string, int> { ["a"] = 1 }));

    [Theory]
    [InlineData("svg", "<svg")]
    [InlineData("csv", "a,b\n")]
    [InlineData("json", "{\n  \"a\": 1\n}\n")]
    public async Task Each_kind_is_written_as_what_it_is_called(string kind, string part)
    {
        using var stream = new MemoryStream();

        await Export.WriteAsync(stream, kind);

        Assert.Contains(part, Encoding.UTF8.GetString(stream.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_other_kind()
    {
        Assert.Equal(["png", "svg", "csv", "json"], FigureExport.Kinds.Keys);
        await Assert.ThrowsAsync<ArgumentException>(() => Export.WriteAsync(Stream.Null, "exe"));
    }
}
