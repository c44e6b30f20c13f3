using Hermes.Imaging.Pictures;
using Hermes.Imaging.Tests.Volumes;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Pictures;

public sealed class SlicePictureTests
{
    private static readonly (byte, byte, byte) Red = (200, 0, 0);

    [Fact]
    public void The_patient_s_right_is_on_the_left_and_the_front_above()
    {
        var image = new Volume<float>(Geometries.Of(8, 8, 1, new Point3(1, 1, 1), Orientation.Ras));
        image[7, 4, 0] = 100;
        image[4, 7, 0] = 100;

        var picture = SlicePicture.Draw(Slice.Of(image, null, 0, 0, 100), 8, _ => null);

        Assert.Equal((8, 8), (picture.Width, picture.Height));
        Assert.Equal((255, 255, 255), picture.Get(0, 3));
        Assert.Equal((255, 255, 255), picture.Get(3, 0));
        Assert.Equal(2, Enumerable.Range(0, 64).Count(n => picture.Get(n % 8, n / 8).R > 0));
    }

    [Fact]
    public void Pixels_are_square_whatever_the_voxels_are()
    {
        var image = new Volume<float>(Geometries.Of(20, 20, 1, new Point3(1, 3, 1), Orientation.Ras));

        var picture = SlicePicture.Draw(Slice.Of(image, null, 0, 0, 1), 90, _ => null);

        Assert.Equal((30, 90), (picture.Width, picture.Height));
    }

    [Fact]
    public void The_slice_that_shows_most_is_chosen_and_its_labels_lie_over_the_image()
    {
        var geometry = Geometries.Of(6, 6, 5, new Point3(1, 1, 1), Orientation.Ras);
        var labels = new Volume<ushort>(geometry);
        Assert.Equal(2, SlicePicture.Choose(labels));
        (labels[1, 1, 1], labels[2, 2, 3], labels[3, 2, 3], labels[4, 2, 3]) = (1, 1, 1, 2);
        var image = new Volume<float>(geometry);

        var chosen = SlicePicture.Choose(labels);
        var picture = SlicePicture.Draw(Slice.Of(image, labels, chosen, 0, 100), 6, label => label == 1 ? Red : null);

        Assert.Equal(3, chosen);
        Assert.Equal([(2, 3), (3, 3)], from y in Enumerable.Range(0, 6) from x in Enumerable.Range(0, 6) where picture.Get(x, y) == (100, 0, 0) select (x, y));
    }

    [Fact]
    public void A_sample_shows_what_was_found_rightly_what_alone_and_what_was_missed()
    {
        var sample = new SampleSlice([0, 1, 2, 3, 4], [0, 1, 1, 0, 2], [0, 1, 0, 1, 1], 5, 1, 1);

        var picture = sample.Draw(5, (10, 0, 0), (0, 10, 0), (0, 0, 10));

        // From the patient's left to right, which is from the right of the picture to its left; another label than that of the reference is none of it.
        var colours = Enumerable.Range(0, 5).Select(x => picture.Get(4 - x, 0)).Select(c => c switch
        {
            var (r, g, b) when r == g && g == b => "none",
            var (r, g, b) when r > g && r > b => "both",
            var (r, g, b) when g > r && g > b => "alone",
            _ => "missed",
        });
        Assert.Equal(["none", "both", "missed", "alone", "alone"], colours);
    }

    [Fact]
    public void One_picture_is_put_into_another()
    {
        var (sheet, part) = (new Pixels(4, 4), new Pixels(2, 1));
        part.Set(1, 0, 1, 2, 3);

        sheet.Put(part, 1, 2);

        Assert.Equal((1, 2, 3), sheet.Get(2, 2));
        Assert.Equal(1, sheet.Rgba.Chunk(4).Count(pixel => pixel.Any(part => part > 0)));
    }
}
