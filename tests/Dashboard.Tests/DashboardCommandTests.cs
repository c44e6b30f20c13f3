using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;

namespace Hermes.Dashboard.Tests;

public sealed class DashboardCommandTests
{
    [Fact]
    public async Task Without_arguments_the_usual_places_are_used() =>
        Assert.Equal(
        (new DashboardOptions { Address = "127.0.0.1:5081", TokenFile = Path.Combine(DataHome.Choose(null), AccessToken.FileName), Port = 5080 }, false),
        await ReadAsync());

    [Fact]
    public async Task Every_option_is_taken() => Assert.Equal(
        (new DashboardOptions { Address = "silo.local:7000", TokenFile = "copy", Port = 0 }, true),
        await ReadAsync("--address", "silo.local:7000", "--token-file", "copy", "--port", "0", "--exit-with-parent"));

    [Theory]
    [InlineData("--port", "65536", "--port must be from 0 to 65535.")]
    [InlineData("--port", "-1", "--port must be from 0 to 65535.")]
    [InlineData("--port", "five", "five")]
    [InlineData("--address", "nowhere", "'nowhere' is not the address of a platform.")]
    [InlineData("--address", "host:0", "'host:0' is not the address of a platform.")]
    [InlineData("--urls", "http://0.0.0.0:80", "--urls")]
    public void What_is_wrong_is_named(string option, string value, string sentence) =>
        Assert.Contains(DashboardCommand.Create((_, _, _) => Task.FromResult(0)).Parse([option, value]).Errors, e => e.Message.Contains(sentence, StringComparison.Ordinal));

    private static async Task<(DashboardOptions Options, bool ExitWithParent)> ReadAsync(params string[] arguments)
    {
        var read = (new DashboardOptions(), false);
        await DashboardCommand.Create((options, parsed, _) =>
        {
            read = (options, parsed.GetValue(ParentWatch.Option));
            return Task.FromResult(0);
        }).Parse(arguments).InvokeAsync();
        return read;
    }
}
