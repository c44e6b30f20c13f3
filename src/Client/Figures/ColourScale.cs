namespace Hermes.Client.Figures;

/// <summary>Colours for numbers and for groups, told apart by people who see colours differently too.</summary>
public static class ColourScale
{
    // From dark blue over green to yellow, ever lighter: the order shows in grey, too.
    private static readonly (byte, byte, byte)[] Stops = [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)];

    // Eight hues of Okabe and Ito, Color Universal Design, 2008, the yellow darkened so that it shows on white.
    private static readonly string[] Hues = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7a6a00", "#555555"];

    /// <summary>The colour of a number between 0 and 1; others have that of the nearer end.</summary>
    public static (byte Red, byte Green, byte Blue) Of(double share)
    {
        var place = Math.Clamp(double.IsNaN(share) ? 0 : share, 0, 1) * (Stops.Length - 1);
        var below = Math.Min((int)place, Stops.Length - 2);
        var ((r1, g1, b1), (r2, g2, b2)) = (Stops[below], Stops[below + 1]);
        return (Between(r1, r2), Between(g1, g2), Between(b1, b2));

        byte Between(byte from, byte to) => (byte)Math.Round(from + ((to - from) * (place - below)));
    }

    /// <summary>The colour of a group, counted from 0; there are eight, then they repeat.</summary>
    public static string OfGroup(int group) => Hues[group % Hues.Length];
}
