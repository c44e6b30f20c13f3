using Hermes.Grains.Interfaces;

namespace Hermes.Dashboard.Tests;

public sealed class DashboardOptionsTests
{
    [Fact]
    public void Without_arguments_the_usual_places_are_used() =>
        Assert.Equal(new DashboardOptions { Address = "127.0.0.1:5081", Port = 5080, ExitWithParent = false }, DashboardOptions.Parse([]));

    [Fact]
    public void Every_option_is_taken() => Assert.Equal(
        new DashboardOptions { Address = "silo.local:7000", Port = 0, ExitWithParent = true },
        DashboardOptions.Parse(["--address", "silo.local:7000", "--port", "0", "--exit-with-parent"]));

    [Theory]
    [InlineData("--port", "65536")]
    [InlineData("--port", "-1")]
    [InlineData("--port", "five")]
    [InlineData("--address", "nowhere")]
    [InlineData("--address", "host:0")]
    [InlineData("--urls", "http://0.0.0.0:80")]
    public void What_is_wrong_is_named(string option, string value)
    {
        var refusal = Assert.Throws<HermesException>(() => DashboardOptions.Parse([option, value]));

        Assert.Contains(option == "--urls" ? option : value, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_value_is_named() =>
        Assert.Equal("--port needs a value.", Assert.Throws<HermesException>(() => DashboardOptions.Parse(["--port"])).Message);
}
