using Hermes.Model.Priors;

namespace Hermes.Model.Tests.Priors;

[Collection(TorchCollection.Name)]
public sealed class PrincipalComponentsTests
{
    [Fact]
    public void What_differs_most_comes_first_and_shares_are_of_the_whole()
    {
        // Unit vectors near a plane: 60° apart in it, little out of it.
        float[][] vectors = [.. Enumerable.Range(0, 6).Select(i => new[] { MathF.Cos(i * MathF.PI / 3), 0.6f * MathF.Sin(i * MathF.PI / 3), 0.01f * (i % 2) })];

        var found = PrincipalComponents.Of(vectors);

        Assert.InRange(found.Shares.First, 0.5, 0.8);
        Assert.InRange(found.Shares.First + found.Shares.Second, 0.99, 1);
        Assert.Equal(0, found.Places.Sum(p => p.X), 1e-9);
        Assert.True(found.Places.MaxBy(p => Math.Abs(p.X)).X > 0);
        Assert.True(found.Places.Sum(p => p.X * p.X) > found.Places.Sum(p => p.Y * p.Y));
    }

    [Fact]
    public void The_same_vectors_give_the_same_bits()
    {
        var vectors = Vectors.Random(40, 24, 8);

        Assert.Equal(PrincipalComponents.Of(vectors).Places, PrincipalComponents.Of(vectors).Places);
    }

    [Fact]
    public void Few_vectors_have_places_all_the_same()
    {
        Assert.Empty(PrincipalComponents.Of([]).Places);
        Assert.Equal([default], PrincipalComponents.Of([[1, 2, 3]]).Places);
        var two = PrincipalComponents.Of([[1, 0], [0, 1]]);
        Assert.Equal((0, 1, 0), (Math.Round(two.Places[0].Y + two.Places[1].Y, 9), Math.Round(two.Shares.First, 9), Math.Round(two.Shares.Second, 9)));
    }
}
